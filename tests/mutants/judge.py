"""Runs the TFTP suite, or some of its tests, against a server of our choice: in this process, in silence."""

from __future__ import annotations

import contextlib
import io
import re
import tempfile
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from pytest_atmt import Host
from suites.tftp import conftest
from suites.tftp.reference import serve

from .mutant import FOLDER


class Witness:
    """A pytest plugin that notes the verdicts of each test."""

    def __init__(self) -> None:
        self.verdicts: dict[str, set[str]] = {}

    def pytest_runtest_logreport(self, report: Any) -> None:
        if hasattr(report, "atmt"):
            name = report.nodeid.rpartition("::")[2].partition("[")[0]
            self.verdicts.setdefault(name, set()).add(report.atmt["verdict"])


def judge(server: Callable[[Host], None] = serve, tests: Iterable[str] = ()) -> dict[str, set[str]]:
    """The verdicts of each test of the suite by its name (of `tests` alone if there are any) on `server`."""
    witness = Witness()
    with (
        tempfile.TemporaryDirectory() as folder,
        contextlib.redirect_stdout(io.StringIO()) as said,
        mock.patch.object(conftest, "serve", server),
    ):
        args = ["-q", "--capture=no", "-p", "no:cacheprovider", "-o", "timeout=0", "--atmt-report", folder]
        code = pytest.main([*where(tests), *args], plugins=[witness])
    if not witness.verdicts:
        raise RuntimeError(f"the suite did not run (exit code {code}): {said.getvalue()[-2000:]}")
    return witness.verdicts


def where(tests: Iterable[str]) -> list[str]:
    """What to give to pytest so that it runs `tests`, known by their names; none means all of the suite."""
    return [f"{_homes()[name]}::{name}" for name in tests] or [str(FOLDER)]


@cache
def _homes() -> dict[str, Path]:
    files = sorted(FOLDER.glob("test_*.py"))
    return {name: file for file in files for name in re.findall(r"^def (test_\w+)", file.read_text(), re.M)}


def failed(verdicts: dict[str, set[str]]) -> set[str]:
    """The tests that found the server wrong, in whatever parameters."""
    return {name for name, seen in verdicts.items() if seen & {"fail", "finding"}}
