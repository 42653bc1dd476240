"""What Allure is told of an automaton's test: transitions as steps, pictures of the run, labels, our verdicts.

Registered with pytest where allure-pytest is installed and ``--alluredir`` is given; adds to the results
that allure-pytest writes, and works alike in an xdist worker.
"""

from __future__ import annotations

import hashlib
import json
import time
import uuid
from collections.abc import Generator, Mapping
from pathlib import Path
from typing import Any

import pytest

from . import allure_words as words
from .drawing import Tree, draw
from .sequence import ladder
from .stills import lit

_NAME = "atmt-allure"
_DIRECTORY = "allure_report_dir"  # allure-pytest's name for --alluredir
_SVG, _JSON = "image/svg+xml", "application/json"


def register(config: pytest.Config) -> None:
    """Turn it on, if this run writes Allure results.  Call it after all that judges has been registered."""
    if config.getoption(_DIRECTORY, None) and not config.pluginmanager.hasplugin(_NAME):
        config.pluginmanager.register(AllureNotes(config), _NAME)


class AllureNotes:
    """Told by the reports of tests, as the record is."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._graphs: dict[str, Mapping[str, Any]] = {}
        self._drawings: dict[str, Tree | None] = {}
        self._requirements: dict[str, Mapping[str, Any]] = {}

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, Any, Any]:
        report = yield
        listener: Any = self._config.pluginmanager.get_plugin("allure_listener")
        result = listener.allure_logger.get_test(None) if listener else None
        if result is not None and hasattr(report, "atmt"):
            self._learn(report.atmt)
            self._tell(listener.allure_logger, result, item, call, report.atmt)
        if result is not None and report.when == "teardown" and "peer" in getattr(item, "fixturenames", ()):
            result.historyId = _hash(item.nodeid)  # its own would change with a peer's port
        return report

    def pytest_sessionfinish(self) -> None:
        if not hasattr(self._config, "workerinput"):
            folder = Path(self._config.getoption(_DIRECTORY))
            folder.mkdir(parents=True, exist_ok=True)
            (folder / "categories.json").write_text(json.dumps(words.CATEGORIES, indent=1) + "\n", "utf-8")

    # -- parts

    def _learn(self, data: Mapping[str, Any]) -> None:
        """What is the same for many tests stands only in the first report of a process."""
        self._graphs.update(data.get("graphs", {}))
        self._requirements.update(data.get("catalogue", {}))

    def _tell(
        self,
        logger: Any,
        result: Any,
        item: pytest.Item,
        call: pytest.CallInfo[None],
        data: Mapping[str, Any],
    ) -> None:
        from allure_commons import model2

        demands = [self._requirements.get(id_, {"id": id_}) for id_ in data["requirements"]]
        result.status = words.STATUS.get(data["verdict"], "broken")
        result.statusDetails = model2.StatusDetails(**words.details(data))
        result.labels = [label for label in result.labels if label.name not in words.OURS]
        result.labels += [model2.Label(name, value) for name, value in words.labels(data, demands)]
        result.description = words.description(data, demands)
        _settle(result, item, data["peer"])
        result.steps += [_step(model2, step) for step in words.steps(data, _starts(item, call, data))]
        for n, run in enumerate(data["runs"], 1):
            self._attach(logger, n, run)

    def _attach(self, logger: Any, number: int, run: Mapping[str, Any]) -> None:
        graph = self._graphs.get(run["automaton"], {"states": {}, "edges": []})
        name = f"{number} {run['automaton']}"
        drawing = self._drawing(run["automaton"], graph)
        if drawing is not None:
            _add(logger, lit(drawing, graph["edges"], run["steps"]), f"{name}: path", _SVG, "svg")
        _add(logger, ladder(run, graph["states"]), f"{name}: conversation", _SVG, "svg")
        trace = json.dumps(run, ensure_ascii=False, indent=1, default=str)
        _add(logger, trace, f"{name}: trace", _JSON, "json")

    def _drawing(self, name: str, graph: Mapping[str, Any]) -> Tree | None:
        if name not in self._drawings:
            self._drawings[name] = draw(name, graph, [tuple(e) for e in graph["edges"]]).tree
        return self._drawings[name]


def _add(logger: Any, body: str, name: str, kind: str, ending: str) -> None:
    logger.attach_data(uuid.uuid4(), body, name=name, attachment_type=kind, extension=ending)


def _step(model2: Any, step: words.Step) -> Any:
    made = model2.TestStepResult(name=step.name, status=step.status, start=step.start, stop=step.stop)
    made.steps = [_step(model2, inner) for inner in step.inside]
    return made


def _settle(result: Any, item: pytest.Item, peer: str) -> None:
    """Parameters by their names in the test's id: the objects themselves differ from run to run."""
    for parameter in result.parameters:
        if parameter.name == "peer":
            parameter.value = peer
        elif " at 0x" in str(parameter.value):
            parameter.value = getattr(item, "callspec").id  # noqa: B009  # only a parametrised test is here


def _starts(item: pytest.Item, call: pytest.CallInfo[None], data: Mapping[str, Any]) -> list[float]:
    """When each run began, in seconds since the epoch; a run in virtual time began when its test did."""
    from ..fixtures import RUNS

    runs = item.stash.get(RUNS, [])
    now, here = time.time(), time.monotonic()
    return [
        now - (here - runs[n].began) if run.get("clock") == "real" and n < len(runs) else call.start
        for n, run in enumerate(data["runs"])
    ]


def _hash(name: str) -> str:
    return hashlib.md5(name.encode(), usedforsecurity=False).hexdigest()
