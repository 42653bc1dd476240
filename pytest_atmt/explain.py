"""How a failure is told: the path, the reason, the last packets, and where expectation and fact part."""

from __future__ import annotations

from collections.abc import Sequence

from atmt.trace import Exchange, Path

from .run import Run

_PACKETS = 8
_STATES = 14


def story(run: Run, ends: Sequence[str] = ()) -> str:
    """What happened in `run`, for whoever has to find out why it is not what the test expects."""
    expected = " or ".join(ends) if ends else "a final state"
    lines = [
        f"{run.name} ended in {run.state or 'no state'}, not in {expected}",
        f"  peer     {run.peer} ({run.clock} time)",
        f"  path     {path_line(run.path)}",
        f"  because  {reason(run)}",
    ]
    return "\n".join(lines + packets(run))


def reason(run: Run) -> str:
    """Why the run ended where it did, in one line."""
    if not run.steps:
        return str(run.error or "it never began")
    last = run.steps[-1]
    how = (
        f"{last.via} led from {last.source} to {last.target}"
        if last.via
        else f"{last.source} led to {last.target}"
    )
    return f"{how} at {run.since_start(last.at):.3f} s" + (f"; {run.error}" if run.error else "")


def path_line(path: Path) -> str:
    """The states in one line, the middle of a long path left out."""
    names = list(path)
    if len(names) > _STATES:
        half = _STATES // 2
        names = [*names[:half], f"({len(names) - 2 * half} more)", *names[-half:]]
    return " > ".join(names)


def packets(run: Run) -> list[str]:
    """The last packets of a run, a line each."""
    if not run.exchanges:
        return ["  packets  none were exchanged"]
    shown = run.exchanges[-_PACKETS:]
    width = max(len(e.state) for e in shown)
    title = "  packets" + (
        f" (last {len(shown)} of {len(run.exchanges)})" if len(run.exchanges) > len(shown) else ""
    )
    return [title, *(f"    {packet_line(run, e, width)}" for e in shown)]


def packet_line(run: Run, exchange: Exchange, width: int = 0) -> str:
    """One packet: when, which way, in which state, what, and what became of it."""
    note = f"  [{exchange.frame.note}]" if exchange.frame.note else ""
    if exchange.direction == "ignored":
        note += "  [not for this automaton]"
    line, fault = exchange.frame.describe()
    if fault:
        note += f"  [{fault}]"
    at = run.since_start(exchange.at)
    return f"{at:9.4f}  {exchange.direction:8}  {exchange.state:{width}}  {line}{note}"


def path_difference(path: Path, expected: Sequence[object]) -> list[str]:
    """Why `path` is not `expected`: the first state that no reading of the pattern allows."""
    at = path.divergence(expected)
    pattern = ", ".join("..." if e is ... else repr(e) for e in expected)
    if at < len(path):
        where = f"{path[at]} (state {at + 1} of {len(path)}) is not what comes there"
        before = " > ".join(path[max(0, at - 4) : at])
        marked = f"{'... > ' if at > 4 else ''}{before}{' > ' if before else ''}>>{path[at]}<<"
    else:
        where, marked = "the path ends too early", f"{path_line(path)} >>(end)<<"
    return [
        "the path is another",
        f"expected  [{pattern}]",
        f"observed  {path_line(path)}",
        f"first difference: {where}",
        marked,
    ]
