"""What a run sets out to do: the tests collected, those left out, and whether that is the whole suite.

Reads pytest's items; runs nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

import atmt

from . import judge, provenance
from .loaded import LoadedSuite
from .marks import purpose_of

_NARROWING = ("ignore", "ignore_glob", "deselect", "lf", "stepwise")

Find = Callable[[pytest.Item], LoadedSuite]


def judges(item: pytest.Item) -> bool:
    """Whether a test judges a peer."""
    return "peer" in getattr(item, "fixturenames", ()) and hasattr(item, "callspec")


def plan(
    config: pytest.Config, items: Iterable[pytest.Item], deselected: list[pytest.Item], find: Find
) -> dict[str, Any]:
    """As plain data: the tests to be run, and for each suite what was left out and where it comes from."""
    mine = [item for item in items if judges(item)]
    suites = {loaded.suite.name: loaded for loaded in map(find, mine)}
    left_out = {name: [i.nodeid for i in deselected if find(i).suite.name == name] for name in suites}
    classes = {name: _declared(config, name) for name in suites}
    return {
        "tests": {item.nodeid: _test(item, find(item)) for item in mine},
        "selection": {
            name: {
                "whole": not left_out[name] and whole(config, loaded.suite.folder),
                "deselected": left_out[name],
            }
            for name, loaded in suites.items()
        },
        "provenance": {name: _origin(loaded, list(classes[name])) for name, loaded in suites.items()},
        "catalogues": {
            name: {id_: judge.requirement_data(r) for id_, r in loaded.catalogue.items()}
            for name, loaded in suites.items()
        },
        "automata": {n: g for found in classes.values() for n, g in found.items()},
    }


def whole(config: pytest.Config, folder: Path) -> bool:
    """Whether the command line asked for all tests in `folder`."""
    if any(getattr(config.option, name, None) for name in _NARROWING):
        return False
    asked = [config.invocation_params.dir / arg for arg in config.args if "::" not in arg]
    return any(path == folder or path in folder.parents for path in (p.resolve() for p in asked))


def levels(item: pytest.Item, loaded: LoadedSuite) -> list[str]:
    """The levels of what a test judges; a SHOULD that the peer says it keeps is a MUST."""
    kept = keeps(item)
    return ["MUST" if r.id in kept else r.level for r in loaded.judged_by(purpose_of(item), item.nodeid)]


def keeps(item: pytest.Item) -> list[str]:
    """The requirements below MUST that the peer of a test says it keeps."""
    return list(getattr(item.callspec.params["peer"], "keeps", ()))  # type: ignore[attr-defined]


def _test(item: pytest.Item, loaded: LoadedSuite) -> dict[str, Any]:
    peer = item.callspec.params["peer"].name  # type: ignore[attr-defined]
    return {"suite": loaded.suite.name, "peer": peer, "requirements": list(purpose_of(item).requirements)}


def _origin(loaded: LoadedSuite, automata: list[str]) -> dict[str, Any]:
    package = Path(atmt.__file__).parent
    return {**provenance.of_suite(loaded.suite.folder, package), "automata": automata}


def _declared(config: pytest.Config, suite: str) -> dict[str, Any]:
    """The graphs of the automata that a suite's conftest offers as fixtures, whether a test uses them or not."""
    found = {}
    for plugin in config.pluginmanager.get_plugins():
        if not hasattr(plugin, "pytest_atmt_suite") or plugin.pytest_atmt_suite().name != suite:
            continue
        for value in vars(plugin).values():
            if (cls := getattr(value, "atmt_automaton", None)) is not None:
                found[cls.__name__] = judge.graph_data(cls.atmt_graph)
    return found
