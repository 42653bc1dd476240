"""The score: every mutant, and every legal variant, against the suite.  ``python -m tests.mutants [NAME...]``

A mutant is first shown to the tests of what it breaks, and to the whole suite only if those let it live.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass

from pytest_atmt.roles import CLIENT, SERVER

from .clients import CLIENT_MUTANTS
from .judge import failed, found, judge, judge_mutant
from .legal import LEGAL
from .legal_clients import LEGAL_CLIENTS
from .mutant import Edit
from .servers import MUTANTS


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of a peer: the tests that found it wrong, and what should have found it and did not."""

    mutant: Edit
    tests: tuple[str, ...]
    missed: tuple[str, ...]

    @property
    def word(self) -> str:
        if not _is_wrong(self.mutant):
            return "FAILED" if self.tests else "passes"
        if not self.tests:
            return "SURVIVED"
        return "by another" if self.missed else "killed"

    def __str__(self) -> str:
        details = [", ".join(self.tests[:3] if _is_wrong(self.mutant) else self.tests)] if self.tests else []
        details += [f"not by {', '.join(self.missed)}"] if self.missed else []
        return f"{self.word:10} {self.mutant.name}{': ' if details else ''}{'; '.join(details)}"


def _is_wrong(mutant: Edit) -> bool:
    return bool(mutant.breaks or mutant.killers)


def fate(mutant: Edit) -> Fate:
    """Show a peer to the suite."""
    judged = judge_mutant(mutant) if _is_wrong(mutant) else []
    if not failed(judged):
        judged = judge(mutant.peer(), role=mutant.role, claimed=_is_wrong(mutant))
    missed = {*mutant.breaks, *mutant.killers} - found(judged) - failed(judged)
    return Fate(mutant, tuple(sorted(failed(judged))), tuple(sorted(missed)))


def main(names: Sequence[str]) -> int:
    """Print a line for each peer and the sums; 1 if a mutant survived or a right peer failed."""
    with multiprocessing.get_context("fork").Pool(os.cpu_count()) as pool:
        bad = [
            _role(role, chosen, names, pool)
            for role, chosen in ((SERVER, MUTANTS + LEGAL), (CLIENT, CLIENT_MUTANTS + LEGAL_CLIENTS))
        ]
    return 1 if any(bad) else 0


def _role(role: str, mutants: Sequence[Edit], names: Sequence[str], pool: multiprocessing.pool.Pool) -> bool:
    """The mutants of one role; whether anything is wrong with the suite."""
    began, fates = time.monotonic(), []
    chosen = [m for m in mutants if not names or any(name in m.name for name in names)]
    for one in pool.imap(fate, chosen):
        print(one, flush=True)
        fates.append(one)
    words = [one.word for one in fates]
    killed, another, survived, passed, condemned = (
        words.count(word) for word in ("killed", "by another", "SURVIVED", "passes", "FAILED")
    )
    print(
        f"{role}s: {killed + another} of {killed + another + survived} mutants killed, {killed} by the tests that name "
        f"what they break, {another} by others; {condemned} of {condemned + passed} legal variants failed; "
        f"{time.monotonic() - began:.0f} s"
    )
    own = failed(judge(role=role)) if not names else set()
    if own:
        print(f"the right {role} fails {', '.join(sorted(own))}")
    return bool(survived or condemned or own)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
