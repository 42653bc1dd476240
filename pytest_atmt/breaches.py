"""Which requirement a failure breaks, where that is not what the test judges.

An automaton says in ``breaches`` which requirement each of its error states stands for: its id, or several of which
the first is meant unless the test is for another of them.  A conversation that ends in one of these states never came
to what the test is for (its purpose, ISO 9646): that requirement fails, the test's own stay open.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .run import Run, UnexpectedEnd
from .verdicts import Verdict

Document = dict[str, Any]


def of_state(automaton: object, state: str) -> tuple[str, ...]:
    """The requirements for which a state of `automaton` (or of its class) stands."""
    found = getattr(automaton, "breaches", {}).get(state, ())
    return (found,) if isinstance(found, str) else tuple(found)


def put_down(
    data: Document, error: BaseException | None, runs: Sequence[Run], known: Mapping[str, Any]
) -> None:
    """Put a failure down to the requirement that it breaks, in the data of a test's report.

    `known` is the suite's catalogue; that the requirement is not in it is an error of the suite.
    """
    if data["verdict"] != Verdict.FAIL or not isinstance(error, UnexpectedEnd) or not runs:
        return
    if not (ids := of_state(runs[-1].automaton, runs[-1].state)):
        return
    broken = [id_ for id_ in data["requirements"] if id_ in ids] or [ids[0]]
    if broken[0] not in known:
        data["verdict"] = Verdict.ERROR.value
        data["reason"] = (
            f"{runs[-1].name}.breaches names {broken[0]}, which no catalogue has\n{data['reason']}"
        )
        return
    prevented = [id_ for id_ in data["requirements"] if id_ not in broken]
    data["requirements"] = broken
    if prevented:
        data["prevented"] = prevented
        data["reason"] += f"\n  prevents {', '.join(prevented)} from being judged"
