"""The score: every mutant, and every legal variant, against the whole suite."""

from __future__ import annotations

import sys

from .judge import failed, judge
from .legal import LEGAL
from .mutant import Mutant
from .servers import MUTANTS


def main() -> int:
    """Print a line for each server and the sums; 1 if a mutant survived or a right server failed."""
    killed = sum(_is_killed(mutant) for mutant in MUTANTS)
    condemned = sum(_is_condemned(variant) for variant in LEGAL)
    wrong = failed(judge())
    print(f"{killed} of {len(MUTANTS)} mutants killed; {condemned} of {len(LEGAL)} legal variants failed")
    print(f"the right server fails {len(wrong)} tests")
    return 1 if killed < len(MUTANTS) or condemned or wrong else 0


def _is_killed(mutant: Mutant) -> bool:
    found = failed(judge(mutant.server()))
    missed = ", ".join(sorted(set(mutant.killers) - found))
    _say(
        "killed" if found else "SURVIVED",
        mutant,
        f"{len(found)} tests{'; missed by ' if missed else ''}{missed}",
    )
    return bool(found)


def _is_condemned(variant: Mutant) -> bool:
    found = failed(judge(variant.server()))
    _say("FAILED" if found else "passes", variant, ", ".join(sorted(found)))
    return bool(found)


def _say(what: str, mutant: Mutant, details: str) -> None:
    print(f"{what:9} {mutant.name}{': ' if details else ''}{details}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
