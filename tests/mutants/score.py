"""The mutation score that reports show: each mutant against the tests that must notice it, kept in the suite.

``python -m tests.mutants.score`` writes it; what the whole suite says of each, and of legal variants, is for
``python -m tests.mutants``.
"""

from __future__ import annotations

import json
import sys
from datetime import date

from pytest_atmt import provenance

from .clients import CLIENT_MUTANTS
from .judge import failed, judge_mutant
from .mutant import FOLDER, Edit
from .servers import MUTANTS


def main() -> int:
    """Write how many are killed, when, and by which version of the suite; 1 if any survived."""
    mutants = (*MUTANTS, *CLIENT_MUTANTS)
    suite = provenance.tree(FOLDER)["sha256"]
    killed = sum(map(_is_killed, mutants))
    if provenance.tree(FOLDER)["sha256"] != suite:
        print("the suite has changed meanwhile, so the score is of no version of it", file=sys.stderr)
        return 1
    score = {"killed": killed, "of": len(mutants), "date": date.today().isoformat(), "suite": suite}
    (FOLDER / provenance.MUTANTS).write_text(json.dumps(score) + "\n", "utf-8")
    print(f"{killed} of {len(mutants)} mutants killed")
    return int(killed < len(mutants))


def _is_killed(mutant: Edit) -> bool:
    found = failed(judge_mutant(mutant))
    print("killed  " if found else "SURVIVED", mutant.name, flush=True)
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
