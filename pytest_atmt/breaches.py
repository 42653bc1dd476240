"""Which requirement a failure breaks, where that is not what the test judges.

An automaton says in ``breaches`` which requirement each of its error states stands for.  A conversation that ends in
one of them never came to what the test is for (its purpose, ISO 9646): that requirement fails, the test's own stay
open.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .run import Run, UnexpectedEnd
from .verdicts import Verdict

Document = dict[str, Any]


def put_down(
    data: Document, error: BaseException | None, runs: Sequence[Run], known: Mapping[str, Any]
) -> None:
    """Put a failure down to the requirement that it breaks, in the data of a test's report.

    `known` is the suite's catalogue; that the requirement is not in it is an error of the suite.
    """
    if data["verdict"] != Verdict.FAIL or not isinstance(error, UnexpectedEnd) or not runs:
        return
    broken = getattr(runs[-1].automaton, "breaches", {}).get(runs[-1].state)
    if broken is None:
        return
    if broken not in known:
        data["verdict"] = Verdict.ERROR.value
        data["reason"] = f"{runs[-1].name}.breaches names {broken}, which no catalogue has\n{data['reason']}"
        return
    prevented = [id_ for id_ in data["requirements"] if id_ != broken]
    data["requirements"] = [broken]
    if prevented:
        data["prevented"] = prevented
        data["reason"] += f"\n  prevents {', '.join(prevented)} from being judged"
