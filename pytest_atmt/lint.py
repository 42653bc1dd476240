"""Checks a suite without running it: the catalogue against the tests, the automata, and what tests must not do.

Collects the suite with pytest in this process; judges no peer.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

import pytest

from atmt.edges import unreachable
from atmt.errors import TesterFault
from atmt.graph import Graph

from .loaded import load
from .marks import purpose_of


@dataclass(frozen=True, slots=True, order=True)
class Complaint:
    """Something that a suite's author has to put right: where, and what."""

    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}"


class _Collected:
    """A pytest plugin that notes what a suite's tests judge and which automata it offers."""

    def __init__(self) -> None:
        self.judged: Counter[str] = Counter()
        self.graphs: dict[str, Graph] = {}
        self.suites: list[object] = []

    @pytest.hookimpl(trylast=True)
    def pytest_collection_finish(self, session: pytest.Session) -> None:
        for item in session.items:
            if "peer" in getattr(item, "fixturenames", ()):
                self.judged.update(purpose_of(item).requirements)
        for plugin in session.config.pluginmanager.get_plugins():
            if hasattr(plugin, "pytest_atmt_suite"):
                self.suites.append(plugin.pytest_atmt_suite())
                found = (getattr(value, "atmt_automaton", None) for value in vars(plugin).values())
                self.graphs |= {cls.__name__: cls.atmt_graph for cls in found if cls is not None}


def lint(folder: Path) -> list[Complaint]:
    """All that is wrong with the suite in `folder`, sorted.  Raises `TesterFault` if it is no suite."""
    if not (folder / "conftest.py").is_file():
        raise TesterFault(
            f"{folder} is no suite: it has no conftest.py; give the folder of one, as suites/tftp"
        )
    collected = _Collected()
    said = StringIO()
    with redirect_stdout(said), redirect_stderr(said):
        code = pytest.main(["--collect-only", "-q", "-p", "no:cacheprovider", str(folder)], [collected])
    if code != pytest.ExitCode.OK:
        reasons = [line for line in said.getvalue().splitlines() if line.startswith(("E ", "ERROR", "!"))]
        return [
            Complaint(str(folder), f"cannot be collected (exit code {int(code)}): {'; '.join(reasons[-3:])}")
        ]
    complaints = [*_requirements(folder, collected), *_states(collected), *_sleeps(folder)]
    return sorted(complaints)


def _requirements(folder: Path, collected: _Collected) -> Iterator[Complaint]:
    """Every testable requirement has a test; the loader has seen to the rest."""
    for suite in collected.suites:
        catalogue = load(suite, []).catalogue  # type: ignore[arg-type]
        for requirement in catalogue.values():
            if requirement.category == "testable" and not collected.judged[requirement.id]:
                yield Complaint(
                    f"{folder}/requirements: {requirement.id}",
                    'is testable, yet no test judges it; write one, or give it another class ("todo" with a reason)',
                )


def _states(collected: _Collected) -> Iterator[Complaint]:
    for name, graph in collected.graphs.items():
        for state in unreachable(graph):
            yield Complaint(f"{name}.{state}", "no transition leads there; raise it somewhere, or remove it")


def _sleeps(folder: Path) -> Iterator[Complaint]:
    """A suite waits with timers of its automata, which virtual time can skip, never by sleeping."""
    for file in sorted(folder.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text("utf-8"), str(file))):
            if isinstance(node, ast.Call) and _called(node.func) == "sleep":
                yield Complaint(
                    f"{file}:{node.lineno}", "sleeps; wait with a timeout of an automaton instead"
                )


def _called(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
