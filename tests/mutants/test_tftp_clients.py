"""The TFTP suite finds every wrong client, by the test that names what is wrong, and passes the right one."""

from __future__ import annotations

import pytest

from pytest_atmt.roles import CLIENT

from .clients import CLIENT_MUTANTS
from .judge import failed, judge, judge_mutant
from .legal_clients import LEGAL_CLIENTS
from .mutant import ClientMutant


@pytest.mark.parametrize("mutant", CLIENT_MUTANTS, ids=lambda mutant: mutant.name)
def test_a_mutant_is_found_by_each_test_that_names_its_fault(mutant: ClientMutant) -> None:
    assert mutant.killers
    assert failed(judge_mutant(mutant)) == set(mutant.killers)


def test_the_right_client_passes_them_all() -> None:
    judged = judge(tests=sorted({name for m in CLIENT_MUTANTS for name in m.killers}), role=CLIENT)
    assert {one.verdict for one in judged} == {"pass"}


@pytest.mark.parametrize("variant", LEGAL_CLIENTS, ids=lambda variant: variant.name)
def test_a_legal_variant_can_be_started(variant: ClientMutant) -> None:
    """That no test fails it, ``python -m tests.mutants`` shows: it runs the whole suite on each."""
    assert callable(variant.peer())


def test_no_two_mutants_have_the_same_name() -> None:
    assert len({mutant.name for mutant in CLIENT_MUTANTS + LEGAL_CLIENTS}) == len(
        CLIENT_MUTANTS + LEGAL_CLIENTS
    )
