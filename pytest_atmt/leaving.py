"""A run that is left by ``os._exit(0)`` would be green for nothing, as no gate is asked.  It ends as an error."""

from __future__ import annotations

import os
from typing import Any, NoReturn

_FAILED = 1
_WORDS = b"\natmt: os._exit(0) was called in the middle of the run: an error (exit code 1)\n"


class Leaving:
    """A pytest plugin that has its way with ``os._exit`` of this process, from the session's start to its end.

    Children that this process forks leave as they like.
    """

    def __init__(self) -> None:
        self._own = 0
        self._exit: Any = None

    def pytest_sessionstart(self) -> None:
        self._own, self._exit = os.getpid(), os._exit
        os._exit = self._leave

    def pytest_unconfigure(self) -> None:
        if self._exit is not None:
            os._exit, self._exit = self._exit, None

    def _leave(self, status: int) -> NoReturn:
        if status == 0 and os.getpid() == self._own:
            os.write(2, _WORDS)
            status = _FAILED
        self._exit(status)
        raise SystemExit(status)
