"""Stands nearest to a test's function: sees what it raises before any hook can swallow that, and looks again
at the peer when it raised nothing.  Knows no verdict.
"""

from __future__ import annotations

from collections.abc import Callable, Generator

import pytest

_RAISED = pytest.StashKey[BaseException]()


class Witness:
    """A pytest plugin: the innermost of all that wrap a test's function.

    `last_look` is called with a test that raised nothing, and raises what it finds.
    """

    def __init__(self, last_look: Callable[[pytest.Item], None]) -> None:
        self._last_look = last_look

    @pytest.hookimpl(wrapper=True, trylast=True)
    def pytest_pyfunc_call(self, pyfuncitem: pytest.Function) -> Generator[None, object, object]:
        if _RAISED in pyfuncitem.stash:  # a test may be run again
            del pyfuncitem.stash[_RAISED]
        try:
            done = yield
            self._last_look(pyfuncitem)
            return done
        except BaseException as error:
            pyfuncitem.stash[_RAISED] = error
            raise


def recall(item: pytest.Item, call: pytest.CallInfo[None]) -> None:
    """Give a `call` of a test's function that seems to have gone well the exception that was swallowed."""
    raised = item.stash.get(_RAISED, None)
    if call.when == "call" and call.excinfo is None and raised is not None:
        call.excinfo = pytest.ExceptionInfo.from_exception(raised)
