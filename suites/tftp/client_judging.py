"""What several tests of clients ask of a run, each in one place."""

from __future__ import annotations

from collections.abc import Callable

from pytest_atmt import NotApplicable, Run
from pytest_atmt.peers.client import Client

from .messages import ErrorCode

ANY_END = ["END", "ERROR", "GONE", "SILENCE", "WRONG_BLOCK", "NONSENSE"]
"""Whatever becomes of a transfer, as long as it goes between the two TIDs."""

ANSWERED = [*ANY_END, "MISDIRECTED"]
"""Whatever becomes of a transfer of which the request alone is judged."""


def asked(run: Run, option: str) -> str:
    """The value that the client asked for; not applicable where it asked for none."""
    value = getattr(run.automaton, "asked", {}).get(option)
    if value is None:
        raise NotApplicable(f"the client does not ask for {option}")
    return str(value)


def refused(run: Run, option: str) -> None:
    """The client refuses what it is offered, with ERROR 8."""
    asked(run, option)
    assert run.state == "ERROR", f"it ended in {run.state}; the client {run.client}"
    assert run.result.errorcode == ErrorCode.OPTION_REFUSED


def number_asked(run: Run, option: str) -> int:
    """As `asked`, for a value that has to be a decimal number."""
    value = asked(run, option)
    assert value.isdigit(), f"the client asks for {option} {value!r}"
    return int(value)


def at_most(limit: int) -> Callable[[str], str]:
    """What is granted: the number asked for, but no more than `limit` (nor what is no number)."""
    return lambda value: value if value.isdigit() and int(value) <= limit else str(limit)


def is_mode(client: Client, wanted: bytes, mode: bytes) -> bool:
    """Whether `mode` is the one wanted; not applicable where the client uses another that is right as well."""
    if client.headstrong and mode.lower() != wanted and mode.lower() in (b"octet", b"netascii"):
        raise NotApplicable(f"the client uses another mode, and cannot be told to use {wanted.decode()}")
    return mode.lower() == wanted


def fetched(run: Run, content: bytes) -> None:
    """The client says that all went well, and its file is `content`."""
    assert run.client.success, f"the client {run.client}"
    assert run.client.file == content


def stored(run: Run, content: bytes) -> None:
    """The client says that all went well, and what came is `content`."""
    assert run.client.success, f"the client {run.client}"
    assert bytes(run.automaton.content) == content


def reported(run: Run) -> None:
    """The client has ended, and its user knows that the transfer failed."""
    assert run.client.ended, "the client has not ended"
    assert run.client.complains, f"the client {run.client}, which tells nobody that the transfer failed"


def not_taken_for_whole(run: Run, content: bytes) -> None:
    """Nobody can believe that the client has fetched the file, unless it is `content`."""
    believed = run.client.success and not run.client.complains
    assert not believed or run.client.file == content, f"the client {run.client}"
