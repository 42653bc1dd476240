"""The matrix in Markdown, and the gallery that is published with it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import synthetic

from pytest_atmt.report import matrix
from tests.gallery.__main__ import size, write


def rows(text: str, title: str) -> list[list[str]]:
    """The cells of the table beneath a heading, without its head."""
    part = text.partition(f"## {title}\n")[2].partition("\n## ")[0]
    lines = [line for line in part.splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines[1:]]


def test_requirements_that_all_meet_are_counted_and_the_rest_are_shown() -> None:
    record = synthetic.record()
    shown = {cells[0]: cells[2:4] for cells in rows(matrix.render(record), "Requirements")}
    judged = {id_: r["verdicts"] for id_, r in record["requirements"].items() if r["verdicts"]}
    apart = {id_ for id_, verdicts in judged.items() if {*verdicts.values()} - {"pass", "not applicable"}}
    assert shown.keys() == apart
    assert any("✗ fail" in cell for cells in shown.values() for cell in cells)
    assert f"{len(judged) - len(apart)} of {len(judged)} are met" in matrix.render(record)


def test_peers_have_their_outcomes_and_counts() -> None:
    record = synthetic.record()
    shown = {cells[0]: cells[4:] for cells in rows(matrix.render(record), "Peers")}
    assert {peer: cells[0] for peer, cells in shown.items()} == {
        name: peer["outcome"] for name, peer in record["peers"].items()
    }


def test_values_that_tests_noted_stand_beside_each_other() -> None:
    record = synthetic.record() | {
        "fingerprints": {"good": {"waits": 1.5, "mail": True}, "bad": {"waits": [1, 2]}}
    }
    assert rows(matrix.render(record), "What the standard leaves free") == [
        ["mail", "yes", ""],
        ["waits", "1.5", "1 or 2"],
    ]


def test_many_peers_stand_in_columns_by_number_with_signs_alone() -> None:
    crowd = ("good", "bad", *(f"peer{n}" for n in range(20)))
    record = synthetic.record(200, peers=crowd)
    record["fingerprints"] = {peer: {"waits": n % 2, "mail": True} for n, peer in enumerate(crowd)}
    text = matrix.render(record)
    assert "| requirement | level | 1 | 2 |" in text
    assert "| 22 peer19 |" in text
    judged = rows(text, "Requirements")[0]
    assert (len(judged), {len(cell) for cell in judged[2:24]} <= {0, 1, 3}) == (25, True)
    assert [cells[:2] for cells in rows(text, "What the standard leaves free")] == [
        ["mail", "yes"],
        ["waits", "0"],
        ["", "1"],
    ]


def test_a_peer_cannot_break_the_table() -> None:
    record = synthetic.record(text="<script>|\n| x")
    assert "<script>" not in matrix.render(record)
    assert {len(cells) for cells in rows(matrix.render(record), "Requirements")} == {5}


def test_the_gallery_is_small_and_has_pictures_of_both_themes(tmp_path: Path, browser: Any) -> None:
    write(synthetic.record(2_000, 40), tmp_path / "gallery", browser)
    made = {path.name for path in (tmp_path / "gallery").iterdir()}
    shots = {f"{name}-{theme}.png" for name in ("overview", "matrix", "test") for theme in ("light", "dark")}
    assert made == {"index.html", "matrix.md", "findings.md", "opened.md", "path.svg", *shots}
    assert size(tmp_path / "gallery") < 2_000_000
