"""``--atmt-shell-on-fail``: a shell where the peer of a failed test lives, before that is gone."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from atmt.errors import EnvironmentFault

from .peers.base import Peer

_STDIN = 0


def check(config: pytest.Config) -> None:
    """Raise `pytest.UsageError` where nobody could use a shell."""
    if getattr(config.option, "numprocesses", None) or hasattr(config, "workerinput"):
        raise pytest.UsageError("--atmt-shell-on-fail: a worker has no terminal; leave out -n")
    with _uncaptured(config):
        if not os.isatty(_STDIN):
            raise pytest.UsageError("--atmt-shell-on-fail: stdin is no terminal; run it by hand")


def around(config: pytest.Config, item: pytest.Item, peer: Peer) -> None:
    """Open the shell and wait until the person leaves it."""
    if config.pluginmanager.hasplugin("timeout"):  # the person may take all day
        config.hook.pytest_timeout_cancel_timer(item=item)
    with _uncaptured(config):
        print(f"\n{item.nodeid}\nA shell where {peer.statement.name} lives; leave it to go on with the run.")
        try:
            peer.shell()
        except EnvironmentFault as error:
            print(error)


@contextmanager
def _uncaptured(config: pytest.Config) -> Iterator[None]:
    """The person's own terminal, which pytest has taken away."""
    capture: Any = config.pluginmanager.get_plugin("capturemanager")
    capture.suspend(in_=True)
    try:
        yield
    finally:
        capture.resume()
