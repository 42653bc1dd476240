"""Who looks at the threads of programs from outside, for what a killed one cannot say itself.

Knows no page and no clock.  A `Topology` is one, for the programs in it.
"""

from __future__ import annotations

import os
from collections.abc import Collection
from typing import Protocol

from atmt.lab.agent.census import Seen, look


class Onlooker(Protocol):
    """Sees programs where their ids mean what they mean to themselves."""

    def look(self, numbers: Collection[int], mark: str) -> Seen:
        """Living threads of these ids, and processes with `mark` as an entry of their environment."""


class Here:
    """Looks at programs in the tester's own pid namespace."""

    def look(self, numbers: Collection[int], mark: str) -> Seen:
        threads, marked = look(numbers, mark)
        marked.pop(os.getpid(), None)
        return Seen(threads, marked)
