"""Expected and observed, out of the words in which failures are told."""

from __future__ import annotations

from typing import Any

from pytest_atmt.report import expectation


def failed(reason: str, signature: str = "", *path: str) -> dict[str, Any]:
    steps = [[0.0, a, "", b] for a, b in zip(("", *path), path, strict=False)]
    return {"reason": reason, "signature": signature, "runs": [{"automaton": "R", "steps": steps}]}


def test_another_end_parts_at_the_last_step() -> None:
    test = failed(
        "R ended in WRONG, not in END\n  because  it led there", "R ended in WRONG", "A", "B", "WRONG"
    )
    assert expectation.of(test) == {
        "expected": "R ends in END",
        "observed": "R ended in WRONG: it led there",
        "at": 2,
    }


def test_another_path_parts_where_it_is_told() -> None:
    reason = (
        "the path is another\nexpected  ['A', 'X']\nobserved  A > B\n"
        "first difference: B (state 2 of 2) is not what comes there"
    )
    found = expectation.of(failed(reason, "", "A", "B"))
    assert (found["expected"], found["observed"], found["at"]) == ("['A', 'X']", "A > B", 1)


def test_a_state_that_was_not_entered_parts_where_it_could_have_been() -> None:
    test = failed(
        "assert 'TOLD' in ['A', 'B', 'C']", 'R ended in C, assert "TOLD" in run.path', "A", "B", "C"
    )
    found = expectation.of(test, {"R": {"edges": [["A", "", "B"], ["B", "hear", "TOLD"], ["B", "", "C"]]}})
    assert (found["at"], found["missed"]) == (2, ["B", "TOLD"])


def test_a_bare_comparison_is_told_with_its_claim() -> None:
    test = failed("assert 3 == 4\n +  where ...", "R ended in END, assert run.count == 4", "A", "END")
    assert expectation.line(test) == "R ended in END; this does not hold: run.count == 4"
    assert expectation.of(test)["expected"] == "run.count == 4"


def test_any_other_text_gives_its_first_line() -> None:
    assert expectation.line({"reason": "the peer is silent\nmore", "signature": ""}) == "the peer is silent"
    assert expectation.of({"reason": "", "runs": []})["at"] is None
