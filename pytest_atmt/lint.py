"""Checks a suite without running it: the catalogue against the tests, the automata, and what tests must not do.

Collects the suite with pytest in this process; judges no peer.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

import pytest

from atmt import Automaton
from atmt.edges import unreachable
from atmt.errors import TesterFault

from .breaches import of_state
from .loaded import load
from .marks import purpose_of
from .requirements import Requirement


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
        self.judged: dict[str, Counter[str]] = {}  # requirement -> its tests, counted by behaviour
        self.classes: list[type[Automaton]] = []
        self.suites: list[object] = []

    @pytest.hookimpl(trylast=True)
    def pytest_collection_finish(self, session: pytest.Session) -> None:
        for item in session.items:
            if "peer" in getattr(item, "fixturenames", ()):
                purpose = purpose_of(item)
                for id_ in purpose.requirements:
                    self.judged.setdefault(id_, Counter())[purpose.behaviour] += 1
        for plugin in session.config.pluginmanager.get_plugins():
            if hasattr(plugin, "pytest_atmt_suite"):
                self.suites.append(plugin.pytest_atmt_suite())
                found = (getattr(value, "atmt_automaton", None) for value in vars(plugin).values())
                self.classes += [cls for cls in found if cls is not None]


def lint(folder: Path) -> list[Complaint]:
    """All that is wrong with the suite in `folder`, sorted.  Raises `TesterFault` if it is no suite."""
    if not (folder / "conftest.py").is_file():
        raise TesterFault(
            f"{folder} is no suite: it has no conftest.py; give the folder of one, as suites/tftp"
        )
    try:
        collected = _collect(folder)
    except TesterFault as fault:
        return [Complaint(str(folder), str(fault))]
    complaints = [
        *_requirements(folder, collected),
        *_states(collected),
        *_breaches(collected),
        *_sleeps(folder),
    ]
    return sorted(complaints)


def judged(folder: Path) -> dict[str, int]:
    """How many tests of the suite in `folder` judge each requirement.  Raises `TesterFault`."""
    return {id_: tests.total() for id_, tests in _collect(folder).judged.items()}


def _collect(folder: Path) -> _Collected:
    collected, said = _Collected(), StringIO()
    with redirect_stdout(said), redirect_stderr(said):
        code = pytest.main(["--collect-only", "-q", "-p", "no:cacheprovider", str(folder)], [collected])
    if code != pytest.ExitCode.OK:
        reasons = [line for line in said.getvalue().splitlines() if line.startswith(("E ", "ERROR", "!"))]
        raise TesterFault(f"cannot be collected (exit code {int(code)}): {'; '.join(reasons[-3:])}")
    return collected


def _catalogue(suite: object) -> Mapping[str, Requirement]:
    return load(suite, []).catalogue  # type: ignore[arg-type]  # what a conftest returned


def _requirements(folder: Path, collected: _Collected) -> Iterator[Complaint]:
    """Every testable requirement has tests, of each behaviour that it asks for; the loader has seen to the rest."""
    for suite in collected.suites:
        for requirement in _catalogue(suite).values():
            where = f"{folder}/requirements: {requirement.id}"
            judged = collected.judged.get(requirement.id, Counter())
            if judged and (lacking := set(requirement.behaviour) - judged.keys()):
                yield Complaint(
                    where, f"asks for {', '.join(sorted(lacking))} behaviour, which no test of it has"
                )
            if requirement.category == "testable" and not judged:
                yield Complaint(
                    where,
                    'is testable, yet no test judges it; write one, or give it another class ("todo" with a reason)',
                )


def _states(collected: _Collected) -> Iterator[Complaint]:
    for graph in (cls.atmt_graph for cls in collected.classes):
        for state in unreachable(graph):
            yield Complaint(
                f"{graph.name}.{state}", "no transition leads there; raise it somewhere, or remove it"
            )


def _breaches(collected: _Collected) -> Iterator[Complaint]:
    """What automata say of their error states: those are there, and so are the requirements."""
    known = {id_ for suite in collected.suites for id_ in _catalogue(suite)}
    for cls in collected.classes:
        for state in getattr(cls, "breaches", {}):
            where = f"{cls.__name__}.breaches"
            if state not in cls.atmt_graph.states:
                yield Complaint(where, f"names {state}, which is no state of it")
            for id_ in set(of_state(cls, state)) - known:
                yield Complaint(where, f"names {id_}, which is not in the catalogue")


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
