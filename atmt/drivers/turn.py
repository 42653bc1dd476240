"""One turn of an automaton: what every driver does between two waits.

Knows no clock and never waits; a driver calls `advance` until it has nothing to do, and then waits for
`wake_time` or for one of `descriptors`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, cast

from ..errors import DeadlineExceeded, Stuck
from ..frame import Frame
from ..interpreter import Outcome

if TYPE_CHECKING:
    from ..links.base import HoldingLink
    from ..running import Running


def advance(automaton: Running, now: float) -> bool:
    """Handle what is due and at most one packet and one io event; whether there was anything.

    All three, since a timer that is always due must not keep packets from being read.
    """
    interpreter = automaton.interpreter
    busy = False
    if automaton.stopping:
        automaton.obey(now)
        return True
    if (due := interpreter.deadline) is not None and due <= now:
        automaton.lateness = max(automaton.lateness, now - due)
        interpreter.expire(now)
        busy = True
    if interpreter.outcome is Outcome.RUNNING:
        busy = _from_link(automaton, now) or busy
    if interpreter.outcome is Outcome.RUNNING and interpreter.state is not None and interpreter.state.ios:
        busy = _from_pipes(automaton, now) or busy
    return busy


def deliver(automaton: Running, frame: Frame, now: float) -> None:
    """Offer `frame` to the automaton, unless its ``master_filter`` refuses the packet."""
    if frame.at is not None and frame.at >= automaton.interpreter.trace.entered():
        automaton.lateness = max(automaton.lateness, now - frame.at)
    packet = frame.packet
    if automaton.atmt_session is not None:
        packet = automaton.atmt_session.process(packet)
        if packet is None:
            return
        if packet is not frame.packet:
            frame = Frame(None, None, packet, frame.at)
    if automaton.master_filter(packet):
        automaton.interpreter.receive(frame, now)
    else:
        automaton.interpreter.ignore(frame, now)
    frame.forget()


def wake_time(automaton: Running) -> float | None:
    """When `automaton` next has something to do though nothing arrives (None: never)."""
    due, link = automaton.interpreter.deadline, automaton.link
    if link is None or (at := link.deadline) is None:
        return due
    return at if due is None else min(due, at)


def descriptors(automaton: Running) -> Iterator[int]:
    """What to wait on until something arrives; opens the automaton's own link if its state listens."""
    if automaton.interpreter.listens and not automaton.at_eof:
        link = automaton.open_link() if automaton.link is None else automaton.link
        if link is not None and (descriptor := link.fileno()) >= 0:
            yield descriptor
    state = automaton.interpreter.state
    if state is not None and state.ios:
        yield from automaton.pipes.descriptors(state.ios)


def give_up(automaton: Running, reason: str) -> None:
    """End a run that took too long, for `reason`."""
    state = automaton.interpreter.state.name if automaton.interpreter.state else ""
    automaton.interpreter.fail(DeadlineExceeded(f"{reason}; it was in {state}", state))


def _from_link(automaton: Running, now: float) -> bool:
    link = automaton.link
    if link is None:
        return False
    flushed = (held := link.deadline) is not None and held <= now
    if flushed:
        cast("HoldingLink", link).flush(now)
    return _received(automaton, now) or flushed


def _received(automaton: Running, now: float) -> bool:
    link, interpreter = automaton.link, automaton.interpreter
    if link is None or not interpreter.listens:
        return False
    if automaton.at_eof:
        return _after_eof(automaton, now)
    try:
        frame = link.receive()
    except EOFError:
        automaton.at_eof = True
        interpreter.eof(now)
        return True
    if frame is None:
        return False
    deliver(automaton, frame, now)
    return True


def _after_eof(automaton: Running, now: float) -> bool:
    """A later state that waits for packets meets the same eof, unless it has something else to wait for."""
    interpreter, state = automaton.interpreter, automaton.interpreter.state
    assert state is not None
    if state.eof is None and (interpreter.deadline is not None or state.ios):
        return False
    interpreter.eof(now)
    return True


def _from_pipes(automaton: Running, now: float) -> bool:
    interpreter, state = automaton.interpreter, automaton.interpreter.state
    assert state is not None
    ends = automaton.pipes.ready(state.ios)
    if (
        not ends
        and automaton.pipes.spent(state.ios)
        and interpreter.deadline is None
        and not interpreter.listens
    ):
        reason = f"stuck in {state.name}: the pipes that it waits for are closed"
        interpreter.fail(Stuck(reason, state.name))
    for end in ends:
        if interpreter.outcome is Outcome.RUNNING and interpreter.state is state:
            interpreter.io(end.name, end, now)
    return bool(ends)
