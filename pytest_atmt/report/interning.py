"""Names of tests in their parts, and numbers for what occurs many times.  Knows nothing else of a record."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any


class Pool:
    """Gives each different value a number, in the order in which they come."""

    def __init__(self) -> None:
        self._numbers: dict[Hashable, int] = {}

    def number(self, value: Hashable) -> int:
        return self._numbers.setdefault(value, len(self._numbers))

    @property
    def values(self) -> list[Any]:
        return list(self._numbers)


def base_name(nodeid: str, peer: str) -> str:
    """The test's name without its peer: the same for every peer that is judged by it."""
    head, bracket, inside = nodeid.partition("[")
    if not bracket or not peer or not inside.endswith("]"):
        return nodeid
    rest = _without(inside[:-1], peer)
    return f"{head}[{rest}]" if rest else head


def _without(parameters: str, peer: str) -> str:
    """pytest joins parameters by hyphens, which may be in each of them too."""
    if parameters == peer:
        return ""
    if parameters.startswith(f"{peer}-"):
        return parameters[len(peer) + 1 :]
    if parameters.endswith(f"-{peer}"):
        return parameters[: -len(peer) - 1]
    return parameters.replace(f"-{peer}-", "-", 1)


def split_name(nodeid: str) -> tuple[str, str, str]:
    """(file, function with its classes, parameters)."""
    head, _, inside = nodeid.partition("[")
    file, colons, name = head.partition("::")
    return (file if colons else ""), name or head, inside.removesuffix("]")
