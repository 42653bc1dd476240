"""Verdicts and what they add up to: the lattice, run outcomes, exit codes (ISO 9646, DESIGN section 7).

Pure: knows no pytest and no report.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum, StrEnum

from atmt.errors import AtmtError, EnvironmentFault


class Verdict(StrEnum):
    """What one test says of one peer; within a test it only worsens, in this order."""

    NONE = "none"
    PASS = "pass"
    INFORMATION = "information"
    FINDING = "finding"
    KNOWN = "known deviation"
    NOT_APPLICABLE = "not applicable"
    COULD_NOT_RUN = "could not run"
    INCONCLUSIVE = "inconclusive"
    FAIL = "fail"
    ERROR = "error"

    def worst(self, other: Verdict) -> Verdict:
        """The worse of the two."""
        return max(self, other, key=_ORDER.index)


_ORDER = list(Verdict)
JUDGED = frozenset({Verdict.PASS, Verdict.INFORMATION, Verdict.FINDING, Verdict.KNOWN, Verdict.FAIL})


class ExitCode(IntEnum):
    """Exit codes beyond pytest's own 0 to 5."""

    INCOMPLETE = 6
    BASELINE = 7
    COVERAGE = 8


class RunOutcome(StrEnum):
    """What a whole run says, from best to worst."""

    PASS = "PASS"
    PASS_WITH_FINDINGS = "PASS WITH FINDINGS"
    INCOMPLETE = "INCOMPLETE"
    ERROR = "ERROR"
    FAIL = "FAIL"


class Judgement(AtmtError):
    """Raised by a test, or by the framework, to end a test with a verdict other than pass or fail."""

    verdict = Verdict.ERROR


class Inconclusive(Judgement):
    """The peer did nothing wrong that was seen, and nothing right either."""

    verdict = Verdict.INCONCLUSIVE


class NotApplicable(Judgement):
    """What the test judges is not claimed by this peer; the reason quotes the claim."""

    verdict = Verdict.NOT_APPLICABLE


class CouldNotRun(Judgement):
    """The environment, or the peer's program, never got to where the test could begin."""

    verdict = Verdict.COULD_NOT_RUN


class PeerFailure(AssertionError):
    """The peer did what it must not, or did not what it must; base of what the framework itself sees."""


def of_exception(error: BaseException) -> Verdict:
    """What `error`, raised in a test, says of the peer."""
    if isinstance(error, Judgement):
        return error.verdict
    if isinstance(error, EnvironmentFault):
        return Verdict.COULD_NOT_RUN
    return Verdict.FAIL if isinstance(error, AssertionError) else Verdict.ERROR


def by_level(verdict: Verdict, levels: Iterable[str]) -> Verdict:
    """A failure weighs as much as the strongest requirement that its test judges: only a MUST makes it one."""
    if verdict is not Verdict.FAIL:
        return verdict
    words = {level.partition(" ")[0] for level in levels}
    if "MUST" in words or not words:
        return Verdict.FAIL
    return Verdict.FINDING if "SHOULD" in words else Verdict.INFORMATION


def outcome(verdicts: Iterable[Verdict], complete: bool = True) -> RunOutcome:
    """FAIL > ERROR > INCOMPLETE > PASS WITH FINDINGS > PASS.  Nothing judged is not a pass."""
    seen = set(verdicts)
    if Verdict.FAIL in seen:
        return RunOutcome.FAIL
    if Verdict.ERROR in seen:
        return RunOutcome.ERROR
    doubtful = {Verdict.INCONCLUSIVE, Verdict.COULD_NOT_RUN, Verdict.NONE}
    if not complete or seen & doubtful or not seen & JUDGED:
        return RunOutcome.INCOMPLETE
    return RunOutcome.PASS_WITH_FINDINGS if seen & {Verdict.FINDING, Verdict.KNOWN} else RunOutcome.PASS
