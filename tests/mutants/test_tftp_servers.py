"""The TFTP suite finds every wrong server, by tests that name what is wrong, and passes the right one."""

from __future__ import annotations

import pytest

from .judge import found, judge, judge_mutant
from .legal import LEGAL
from .mutant import Mutant
from .servers import MUTANTS


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_a_mutant_is_found_by_tests_of_each_requirement_that_it_breaks(mutant: Mutant) -> None:
    assert mutant.breaks
    assert found(judge_mutant(mutant)) >= set(mutant.breaks)


def test_the_right_server_passes_all_of_their_tests() -> None:
    judged = judge(requirements=sorted({id_ for mutant in MUTANTS for id_ in mutant.breaks}))
    assert {one.verdict for one in judged} == {"pass"}


@pytest.mark.parametrize("variant", LEGAL, ids=lambda variant: variant.name)
def test_a_legal_variant_can_be_started(variant: Mutant) -> None:
    """That no test fails it, ``python -m tests.mutants`` shows: it runs the whole suite on each."""
    assert callable(variant.peer())


def test_no_two_mutants_have_the_same_name() -> None:
    assert len({mutant.name for mutant in MUTANTS + LEGAL}) == len(MUTANTS + LEGAL)


@pytest.mark.parametrize(
    ("name", "test", "broken"),
    [
        (
            "grants to a writer what nobody asked for",
            "test_the_size_of_a_file_to_be_written_is_echoed",
            "RFC2347-NP-03-W",
        ),
        ("acknowledges options where there are none", "test_octet_mode_changes_no_octet", "RFC2347-NP-07"),
        ("answers an error by an error", "test_an_unknown_code_ends_a_transfer_too", "RFC1350-2-13"),
    ],
)
def test_one_fault_is_no_breach_of_all_that_meets_it(name: str, test: str, broken: str) -> None:
    [mutant] = [mutant for mutant in MUTANTS if mutant.name == name]
    judged = judge(mutant.peer(), tests=[test])
    assert {one.requirements for one in judged if one.verdict == "fail"} == {(broken,)}
