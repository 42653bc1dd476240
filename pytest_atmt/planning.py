"""What a run sets out to do: the tests collected, those left out, and whether that is the whole suite.

Reads pytest's items; runs nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import pytest

import atmt

from . import judge, models, provenance
from .loaded import LoadedSuite
from .marks import purpose_of
from .rollcall import RollCall

_LOOKING = ("collectonly", "showfixtures", "show_fixtures_per_test")
_NARROWING = ("ignore", "ignore_glob", "deselect", "lf", "stepwise")

Find = Callable[[pytest.Item], LoadedSuite]


def judges(item: pytest.Item) -> bool:
    """Whether a test judges a peer."""
    return "peer" in getattr(item, "fixturenames", ()) and hasattr(item, "callspec")


def only_looks(config: pytest.Config) -> bool:
    """Whether no test is to be run at all."""
    return any(getattr(config.option, name, False) for name in _LOOKING)


def plan(
    config: pytest.Config,
    items: Sequence[pytest.Item],
    deselected: list[pytest.Item],
    loaded_suites: Iterable[LoadedSuite],
    roll: RollCall,
    find: Find,
) -> dict[str, Any]:
    """As plain data: the tests to be run, and for each suite what was left out and where it comes from."""
    mine = [item for item in items if judges(item)]
    selection = {
        loaded.suite.name: _selection(
            config, items, [i for i in deselected if find(i) is loaded], loaded, roll
        )
        for loaded in loaded_suites
    }
    asked = {find(item).suite.name for item in mine} | {n for n, of in selection.items() if of["absent"]}
    suites = {loaded.suite.name: loaded for loaded in loaded_suites if loaded.suite.name in asked}
    classes = {name: _declared(config, loaded) for name, loaded in suites.items()}
    return {
        "tests": {item.nodeid: _test(item, find(item)) for item in mine},
        "selection": {name: selection[name] for name in suites},
        "provenance": {name: _origin(config, loaded, list(classes[name])) for name, loaded in suites.items()},
        "catalogues": {
            name: {id_: judge.requirement_data(r) for id_, r in loaded.catalogue.items()}
            for name, loaded in suites.items()
        },
        "automata": {place: graph for found in classes.values() for place, graph in found.items()},
    }


def _selection(
    config: pytest.Config,
    items: Iterable[pytest.Item],
    deselected: list[pytest.Item],
    loaded: LoadedSuite,
    roll: RollCall,
) -> dict[str, Any]:
    folder = loaded.suite.folder
    all_of_it = not deselected and whole(config, folder)
    return {
        "whole": all_of_it,
        "deselected": [item.nodeid for item in deselected],
        "absent": roll.absent(folder, all_of_it, items, deselected, config.rootpath),
    }


def whole(config: pytest.Config, folder: Path) -> bool:
    """Whether the command line asked for all tests in `folder`."""
    if any(getattr(config.option, name, None) for name in _NARROWING):
        return False
    asked = [config.invocation_params.dir / arg for arg in config.args if "::" not in arg]
    return any(path == folder or path in folder.parents for path in (p.resolve() for p in asked))


def levels(item: pytest.Item, loaded: LoadedSuite, ids: Iterable[str]) -> list[str]:
    """The levels of these requirements; a SHOULD that the peer of a test says it keeps is a MUST."""
    kept = keeps(item)
    return ["MUST" if id_ in kept else loaded.catalogue[id_].level for id_ in ids]


def keeps(item: pytest.Item) -> list[str]:
    """The requirements below MUST that the peer of a test says it keeps."""
    return list(getattr(item.callspec.params["peer"], "keeps", ()))  # type: ignore[attr-defined]  # parametrised


def _test(item: pytest.Item, loaded: LoadedSuite) -> dict[str, Any]:
    peer = item.callspec.params["peer"].name  # type: ignore[attr-defined]  # parametrised
    return {"suite": loaded.suite.name, "peer": peer, "requirements": list(purpose_of(item).requirements)}


def _origin(config: pytest.Config, loaded: LoadedSuite, automata: list[str]) -> dict[str, Any]:
    package = Path(atmt.__file__).parent
    seeds = {"--atmt-seed": config.option.atmt_seed, "--atmt-fuzz": str(config.option.atmt_fuzz)}
    return {**provenance.of_suite(loaded.suite.folder, package, seeds), "automata": automata}


def _declared(config: pytest.Config, loaded: LoadedSuite) -> dict[str, Any]:
    """The graphs of the automata that a suite's conftest offers for the peers of this run, used by a test or not."""
    suite, judged = loaded.suite.name, {statement.role for statement in loaded.statements}
    found = {}
    for plugin in config.pluginmanager.get_plugins():
        if not hasattr(plugin, "pytest_atmt_suite") or plugin.pytest_atmt_suite().name != suite:
            continue
        for value in vars(plugin).values():
            cls = getattr(value, "atmt_automaton", None)
            if cls is not None and value.atmt_judges in judged:
                found[models.key(cls)] = models.data(cls)
    return found
