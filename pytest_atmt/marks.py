"""The mark that a conformance test carries: which requirements it judges, and how.

Its test purpose (ISO 9646) is the mark together with the test's docstring or, without one, its name.
"""

from __future__ import annotations

import inspect
from dataclasses import dataclass

import pytest

from atmt.errors import TesterFault

from .requirements import BEHAVIOURS

_PURPOSE = pytest.StashKey[tuple[list[pytest.Mark], "Purpose"]]()  # and the marks that it was made of


class MarkError(TesterFault):
    """A test's mark is wrong; says where and what to write instead."""


@dataclass(frozen=True, slots=True)
class Purpose:
    """What a test is for.

    `behaviour` is what the tester does to the peer (ISO 9646-1), `preamble` the state that must have been
    reached for the test to judge at all, `version` is raised whenever its verdict could change.
    """

    objective: str
    requirements: tuple[str, ...]
    behaviour: str = "valid"
    preamble: str = ""
    version: int = 1


def requirement(
    *ids: str, behaviour: str = "valid", preamble: str = "", version: int = 1
) -> pytest.MarkDecorator:
    """Say which requirements a test judges; each id must stand in the suite's catalogue.

    `behaviour` is one of valid, invalid, inopportune and timer.  Where a run fails before it reached the
    state `preamble`, the test is inconclusive.
    """
    return pytest.mark.requirement(*ids, behaviour=behaviour, preamble=preamble, version=version)


def purpose_of(item: pytest.Item) -> Purpose:
    """The purpose of a test.  Raises `MarkError` where its marks make none."""
    marks = list(item.iter_markers("requirement"))
    known, purpose = item.stash.get(_PURPOSE, (None, None))
    if purpose is None or known != marks:
        purpose = _read(item, marks)
        item.stash[_PURPOSE] = (marks, purpose)
    return purpose


def _read(item: pytest.Item, marks: list[pytest.Mark]) -> Purpose:
    ids = tuple(dict.fromkeys(id_ for mark in marks for id_ in mark.args))
    if not ids:
        raise MarkError(f"{item.nodeid} judges a peer but names no requirement; mark it @requirement(ID)")
    details = {key: value for mark in reversed(marks) for key, value in mark.kwargs.items() if value}
    try:
        purpose = Purpose(_first_sentence(item), ids, **details)
    except TypeError as error:
        raise MarkError(f"{item.nodeid}: @requirement: {error}") from None
    if purpose.behaviour not in BEHAVIOURS:
        raise MarkError(
            f"{item.nodeid}: behaviour {purpose.behaviour!r}; choose one of {', '.join(BEHAVIOURS)}"
        )
    return purpose


def _first_sentence(item: pytest.Item) -> str:
    function = getattr(item, "function", None)
    text = inspect.getdoc(function) or "" if function else ""
    name = getattr(item, "originalname", None) or item.name
    return text.split("\n\n")[0].replace("\n", " ") or name.removeprefix("test_").replace("_", " ")
