"""Requests to one process of the lab and their answers, each within a time limit.

Knows how failures travel, not what is asked.
"""

from __future__ import annotations

import errno
import socket
import threading
from collections.abc import Sequence
from typing import Any

from atmt.errors import LabUnavailable, TesterFault
from atmt.lab.agent import messages
from atmt.lab.agent.stage import Refused

ANSWER_LIMIT = 20.0  # seconds; answers take milliseconds, so this only tells slow from hung
REMEDY_HUNG = "Look for a stopped or starved process (ps -ef --forest), and run fewer workers at once"
REMEDY_GONE = (
    "Look for what killed it (dmesg, the out-of-memory killer); a closed topology cannot be used again"
)


class Channel:
    """The tester's end of a control socket; any thread may call."""

    def __init__(self, sock: socket.socket) -> None:
        self._socket = sock
        self._socket.settimeout(ANSWER_LIMIT)
        self._lock = threading.Lock()
        self._number = 0

    def call(
        self, operation: str, fds: Sequence[int] = (), **arguments: Any
    ) -> tuple[dict[str, Any], list[int]]:
        """Perform an operation over there; returns its result and the descriptors that came with it.

        Raises Refused when the system refused it, LabUnavailable when no answer came, ValueError for a
        request that is too long to travel.
        """
        with self._lock:
            self._number += 1
            request = {"number": self._number, "operation": operation, "arguments": arguments}
            if self._socket.fileno() < 0:
                raise self._lost(operation, "is gone", REMEDY_GONE)
            try:
                messages.send(self._socket, request, fds)
                reply, received = self._receive_answer()
            except TimeoutError:
                raise self._lost(
                    operation, f"did not answer within {ANSWER_LIMIT:g} s", REMEDY_HUNG
                ) from None
            except (ConnectionError, EOFError):
                raise self._lost(operation, "is gone", REMEDY_GONE) from None
            except OSError as error:
                if error.errno != errno.EMSGSIZE:
                    raise
                raise ValueError(f"too much to ask for at once ({operation}); ask for less") from None
        return _result(reply), received

    def close(self) -> None:
        """Hang up, which ends everything that lives on the other side."""
        self._socket.close()

    def _receive_answer(self) -> tuple[messages.Message, list[int]]:
        """Skip answers to calls that were interrupted, by a signal say, before they could take theirs."""
        while True:
            reply, fds = messages.receive(self._socket)
            if reply is None:
                raise EOFError
            if reply["number"] in (None, self._number):
                return reply, fds
            messages.close_all(fds)

    def _lost(self, operation: str, what: str, remedy: str) -> LabUnavailable:
        return LabUnavailable(f"the lab's process {what} (asked for: {operation})", remedy)


def _result(reply: messages.Message) -> dict[str, Any]:
    if refused := Refused.from_message(reply):
        raise refused
    if crashed := reply.get("crashed"):
        raise TesterFault(f"a defect of the lab itself:\n{crashed}")
    result: dict[str, Any] = reply["result"]
    return result
