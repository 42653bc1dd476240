"""How pytest itself shows a verdict: its own outcome, letter, word and colour.

Decides nothing.
"""

from __future__ import annotations

from typing import Any

from .verdicts import Verdict

LETTERS: dict[str, tuple[str, str, tuple[str, dict[str, bool]]]] = {
    Verdict.INCONCLUSIVE: ("inconclusive", "I", ("INCONCLUSIVE", {"yellow": True})),
    Verdict.COULD_NOT_RUN: ("could not run", "U", ("COULD NOT RUN", {"yellow": True})),
    Verdict.NOT_APPLICABLE: ("not applicable", "n", ("NOT APPLICABLE", {"cyan": True})),
    Verdict.ERROR: ("error", "E", ("ERROR", {"red": True})),
    Verdict.INFORMATION: ("information", "i", ("INFORMATION", {"cyan": True})),
    Verdict.FINDING: ("finding", "w", ("FINDING", {"yellow": True})),
    Verdict.KNOWN: ("known deviation", "k", ("KNOWN DEVIATION", {"yellow": True})),
}


def show(report: Any, verdict: Verdict, reason: str) -> None:
    """Make pytest's own outcome say no more than the verdict: only a pass is passed."""
    if verdict is Verdict.PASS:
        report.outcome = "passed"
    elif verdict is Verdict.NOT_APPLICABLE:
        path, line, _ = report.location
        report.outcome, report.longrepr = "skipped", (path, line, reason)
    else:
        if report.outcome != "failed":
            report.longrepr = reason
        report.outcome = "failed"
