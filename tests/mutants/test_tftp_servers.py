"""The TFTP suite finds every wrong server, by the test that names what is wrong, and passes the right one."""

from __future__ import annotations

import pytest

from .judge import failed, judge
from .legal import LEGAL
from .mutant import Mutant
from .servers import MUTANTS


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_a_mutant_is_found_by_each_test_that_names_its_fault(mutant: Mutant) -> None:
    assert failed(judge(mutant.server(), mutant.killers)) == set(mutant.killers)


def test_the_right_server_passes_them_all() -> None:
    verdicts = judge(tests={name for mutant in MUTANTS for name in mutant.killers})
    assert set().union(*verdicts.values()) == {"pass"}


@pytest.mark.parametrize("variant", LEGAL, ids=lambda variant: variant.name)
def test_a_legal_variant_can_be_started(variant: Mutant) -> None:
    """That no test fails it, ``python -m tests.mutants`` shows: it runs the whole suite on each."""
    assert callable(variant.server())


def test_no_two_mutants_have_the_same_name() -> None:
    assert len({mutant.name for mutant in MUTANTS + LEGAL}) == len(MUTANTS + LEGAL)
