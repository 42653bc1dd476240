"""Choosing tests by what they judge: requirement, section, level, role, behaviour."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fnmatch import fnmatchcase

import pytest

from .marks import Purpose
from .requirements import Requirement

Chosen = Callable[[Purpose, Mapping[str, Requirement]], bool]


def wanted(config: pytest.Config) -> Chosen | None:
    """Which purposes the command line asks for; None where it asks for nothing in particular."""
    ids: list[str] = config.getoption("requirement") or []
    sections: list[str] = config.getoption("section") or []
    levels: list[str] = config.getoption("level") or []
    roles: list[str] = config.getoption("role") or []
    behaviours: list[str] = config.getoption("behaviour") or []
    if not (ids or sections or levels or roles or behaviours):
        return None

    def chosen(purpose: Purpose, catalogue: Mapping[str, Requirement]) -> bool:
        if behaviours and purpose.behaviour not in behaviours:
            return False
        return any(
            (not ids or any(fnmatchcase(r.id, pattern) for pattern in ids))
            and (not sections or any(_within(r, section) for section in sections))
            and (not levels or r.level in levels)
            and (not roles or r.role in roles)
            for r in (catalogue[id_] for id_ in purpose.requirements)
        )

    return chosen


def _within(requirement: Requirement, wanted: str) -> bool:
    """Whether a requirement stands in a section, which may be written with its standard before it, or beneath it."""
    section = wanted.removeprefix(f"{requirement.standard} ")
    return f"{requirement.section}.".startswith(f"{section}.")
