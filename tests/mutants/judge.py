"""Runs the TFTP suite, or some of its tests, against a server or client of our choice: in this process, in silence."""

from __future__ import annotations

import contextlib
import io
import re
import tempfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from pytest_atmt.roles import CLIENT, SERVER
from suites.tftp import conftest

from .mutant import FOLDER, Edit

WRONG = frozenset({"fail", "finding"})
_REFERENCES = {
    SERVER: ("reference", "serve"),
    CLIENT: ("reference-client", "go"),
}  # their names, and who starts them
_QUIET = ("-q", "--capture=no", "-p", "no:cacheprovider", "-o", "timeout=0", "--atmt-html", "no")


@dataclass(frozen=True, slots=True)
class Judged:
    """One test: its name without parameters, its verdict, the requirements that it judges."""

    test: str
    verdict: str
    requirements: tuple[str, ...]


class Witness:
    """A pytest plugin that notes the verdict of each test, until all that is sought is found broken."""

    def __init__(self, requirements: Iterable[str], tests: Iterable[str]) -> None:
        self.judged: list[Judged] = []
        self._requirements, self._tests = set(requirements), set(tests)
        self._session: Any = None

    def pytest_sessionstart(self, session: pytest.Session) -> None:
        self._session = session

    def pytest_runtest_logreport(self, report: Any) -> None:
        if hasattr(report, "atmt"):
            name = report.nodeid.rpartition("::")[2].partition("[")[0]
            self.judged.append(Judged(name, report.atmt["verdict"], tuple(report.atmt["requirements"])))
            sought = self._requirements or self._tests
            if sought and self._requirements <= found(self.judged) and self._tests <= failed(self.judged):
                self._session.shouldstop = "found"


def judge(
    begin: Callable[..., None] | None = None,
    requirements: Sequence[str] = (),
    tests: Sequence[str] = (),
    role: str = SERVER,
    whole: bool = True,
    claimed: bool = True,
) -> list[Judged]:
    """What each test of the suite says of one peer: only those of `requirements`, or `tests`, if there are any.

    `begin` starts it: a server, or a client by its `role` (None: the suite's own).  Unless the `whole` is asked for,
    no more is judged once all of these are found broken.  A server that has not `claimed` anything is asked.
    """
    peer, name = _REFERENCES[role]
    if role == SERVER and not claimed:
        peer = str(Path(__file__).with_name("unclaimed.toml"))
    witness = Witness(*((), ()) if whole else (requirements, tests))
    chosen = [word for id_ in requirements for word in ("--requirement", id_)]
    with (
        tempfile.TemporaryDirectory() as folder,
        contextlib.redirect_stdout(io.StringIO()) as said,
        mock.patch.object(conftest, name, begin or getattr(conftest, name)),
    ):
        args = [*_where(requirements, tests, role), *_QUIET, "--peer", peer, "--atmt-report", folder, *chosen]
        code = pytest.main(args, plugins=[witness])
    if not witness.judged:
        raise RuntimeError(f"the suite did not run (exit code {code}): {said.getvalue()[-2000:]}")
    return witness.judged


def judge_mutant(mutant: Edit, whole: bool = False) -> list[Judged]:
    """What the tests that must notice it say of a mutant, until all did."""
    return judge(mutant.peer(), mutant.breaks, mutant.killers, mutant.role, whole)


def _where(requirements: Sequence[str], tests: Sequence[str], role: str) -> list[str]:
    """What to give to pytest: to collect no more than is needed takes half the time."""
    if tests:
        return [f"{_homes(role)[name]}::{name}" for name in tests]
    texts = _texts()
    chosen = [str(file) for file, text in texts.items() if any(f'"{id_}"' in text for id_ in requirements)]
    return chosen or [str(FOLDER)]


@cache
def _texts() -> dict[Path, str]:
    """Each file of tests, with the tables that it takes its parameters from."""
    tables = (FOLDER / "grammar.py").read_text("utf-8")
    texts = {file: file.read_text("utf-8") for file in sorted(FOLDER.glob("test_*.py"))}
    return {file: text + tables * ("grammar" in text) for file, text in texts.items()}


@cache
def _homes(role: str) -> dict[str, Path]:
    """Test's name -> its file; some names stand in a file about servers and in one about clients."""
    files = [file for file in _texts() if ("_client_" in file.name) == (role == CLIENT)]
    return {name: file for file in files for name in re.findall(r"^def (test_\w+)", file.read_text(), re.M)}


def found(judged: Iterable[Judged]) -> set[str]:
    """The requirements that tests which found the peer wrong judge."""
    return {id_ for one in judged if one.verdict in WRONG for id_ in one.requirements}


def failed(judged: Iterable[Judged]) -> set[str]:
    """The tests that found the peer wrong, in whatever parameters."""
    return {one.test for one in judged if one.verdict in WRONG}
