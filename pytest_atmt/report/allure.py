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

from .. import captures
from . import allure_words as words
from .drawing import Tree, draw
from .sequence import ladder
from .stills import lit

_NAME = "atmt-allure"
_DIRECTORY = "allure_report_dir"  # allure-pytest's name for --alluredir
_SVG, _JSON, _PCAPNG = "image/svg+xml", "application/json", "application/x-pcapng"
_PLAIN = ("pass", "not applicable")
_VALUES = (str, bytes, int, float, bool, type(None))
_LONGEST = 100  # characters of a parameter


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
        self._paths: set[tuple[Any, ...]] = set()  # of which there are pictures

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
        data: dict[str, Any],
    ) -> None:
        from allure_commons import model2

        demands = [self._requirements.get(id_, {"id": id_}) for id_ in data["requirements"]]
        result.status = words.STATUS.get(data["verdict"], "broken")
        result.statusDetails = model2.StatusDetails(**words.details(data))
        result.labels = [label for label in result.labels if label.name not in words.OURS]
        result.labels += [model2.Label(name, value) for name, value in words.labels(data, demands)]
        result.description = words.description(data, demands)
        _settle(result, item, data["peer"])
        starts = _starts(item, call, data)
        result.steps += [_step(model2, step) for step in words.steps(data, starts)]
        told = data["verdict"] not in _PLAIN
        for n, run in enumerate(data["runs"], 1):
            self._attach(logger, n, run, told)
        if told:
            self._attach_rest(logger, data, starts)

    def _attach(self, logger: Any, number: int, run: Mapping[str, Any], told: bool) -> None:
        """Pictures of what did not pass; of a pass only where its path is new: the others look the same."""
        path = (run["class"], *((step[1], step[2], step[3]) for step in run["steps"]))
        if not told and path in self._paths:
            return
        self._paths.add(path)
        graph = self._graphs.get(run["class"], {"states": {}, "edges": []})
        name = f"{number} {run['automaton']}"
        drawing = self._drawing(run, graph)
        if drawing is not None:
            _add(logger, lit(drawing, graph["edges"], run["steps"]), f"{name}: path", _SVG, "svg")
        _add(logger, ladder(run, graph["states"]), f"{name}: conversation", _SVG, "svg")
        trace = json.dumps(run, ensure_ascii=False, indent=1, default=str)
        _add(logger, trace, f"{name}: trace", _JSON, "json")

    def _attach_rest(self, logger: Any, data: dict[str, Any], starts: list[float]) -> None:
        """The packets and the peer's log."""
        if any(packet["hex"] for run in data["runs"] for packet in run["packets"]):
            _add(logger, captures.content(data, starts[0]), "packets", _PCAPNG, "pcapng")
        if log := data.get("peer_log"):
            lines = "\n".join(f"{at:10.4f}  {stream:6}  {text}" for at, stream, text in log)
            _add(logger, lines, "the peer's log", "text/plain", "txt")

    def _drawing(self, run: Mapping[str, Any], graph: Mapping[str, Any]) -> Tree | None:
        if (place := run["class"]) not in self._drawings:
            drawn = draw(run["automaton"], graph, [tuple(e) for e in graph["edges"]])
            self._drawings[place] = drawn.tree
        return self._drawings[place]


def _add(logger: Any, body: str | bytes, name: str, kind: str, ending: str) -> None:
    logger.attach_data(uuid.uuid4(), body, name=name, attachment_type=kind, extension=ending)


def _step(model2: Any, step: words.Step) -> Any:
    made = model2.TestStepResult(name=step.name, status=step.status, start=step.start, stop=step.stop)
    made.steps = [_step(model2, inner) for inner in step.inside]
    return made


def _settle(result: Any, item: pytest.Item, peer: str) -> None:
    """Values that are the same in every run and tell tests apart: Allure takes two tests whose parameters are equal
    for one that was tried again."""
    callspec: Any = getattr(item, "callspec")  # noqa: B009  # only a parametrised test is here
    for parameter in result.parameters:
        if parameter.name == "peer":
            parameter.value = peer
            continue
        value = callspec.params.get(parameter.name)
        plain = repr(value) if isinstance(value, _VALUES) else ""
        parameter.value = plain if 0 < len(plain) <= _LONGEST else callspec.id


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
