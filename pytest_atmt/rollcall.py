"""Which tests of a suite ought to have been collected, and were not: what a gate must know to trust its own scope.

Compares the suite's files, read as text, with what pytest found.  Runs nothing and knows no verdict.
"""

from __future__ import annotations

import ast
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

_FILES = ("test_*.py", "*_test.py")  # pytest's own patterns, whatever an option says
_NO_SUITE = ("__pycache__", "node_modules", "build", "dist", "venv")

Place = tuple[Path, str]  # a test function: its file, its name with that of its class


class RollCall:
    """A pytest plugin that notes every test that is found, before anything can take it away again."""

    def __init__(self) -> None:
        self.found: dict[str, pytest.Item] = {}
        self.skipped: dict[Path, str] = {}  # modules -> why
        self._excused: set[Place] = set()

    def excuse(self, items: Iterable[pytest.Item]) -> None:
        """Tests that are none of this run's."""
        self._excused.update(map(_place, items))

    @pytest.hookimpl(tryfirst=True)
    def pytest_itemcollected(self, item: pytest.Item) -> None:
        self.found[item.nodeid] = item

    @pytest.hookimpl(wrapper=True)
    def pytest_make_collect_report(
        self, collector: pytest.Collector
    ) -> Iterator[None] | pytest.CollectReport:
        report: pytest.CollectReport = yield  # type: ignore[assignment,misc]  # a wrapper
        if report.skipped:
            why = report.longrepr
            self.skipped[collector.path] = str(why[2] if isinstance(why, tuple) else why).removeprefix(
                "Skipped: "
            )
        return report

    def absent(
        self,
        folder: Path,
        whole: bool,
        kept: Iterable[pytest.Item],
        deselected: Iterable[pytest.Item],
        root: Path,
    ) -> list[str]:
        """Tests in `folder` that are neither `kept` nor `deselected`, though they were asked for; modules skipped.

        With `whole` those count as well that pytest never saw.
        """
        told = {item.nodeid for item in (*kept, *deselected)}
        lost = {n for n, item in self.found.items() if n not in told and folder in item.path.parents}
        seen = self._excused | {_place(item) for item in self.found.values()}
        skipped = {path: why for path, why in self.skipped.items() if folder in path.parents}
        unseen = [place for place in (written(folder) if whole else ()) if place not in seen]
        names = [f"{_name(path, root)}::{test}" for path, test in unseen if path not in skipped]
        modules = [f"{_name(path, root)} (skipped: {why})" for path, why in skipped.items()]
        return [*sorted(modules), *sorted(lost), *names]


def written(folder: Path) -> Iterator[Place]:
    """The test functions in the files of `folder`, as far as the text tells: not those that a condition hides."""
    for where, folders, names in os.walk(folder):
        folders[:] = sorted(f for f in folders if not f.startswith(".") and f not in _NO_SUITE)
        for path in sorted(Path(where, name) for name in names):
            if any(path.match(pattern) for pattern in _FILES):
                yield from ((path, name) for name in _functions(path))


def _functions(path: Path) -> Iterator[str]:
    try:
        body = ast.parse(path.read_bytes(), str(path)).body
    except (OSError, SyntaxError, ValueError):
        return  # pytest itself complains
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_"):
            yield node.name


def _place(item: pytest.Item) -> Place:
    return item.path, item.nodeid.partition("::")[2].partition("[")[0]


def _name(path: Path, root: Path) -> str:
    return Path(os.path.relpath(path, root)).as_posix()
