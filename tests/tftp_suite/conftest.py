"""Runs the TFTP suite as a user does: pytest in a process of its own."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

import pytest

ROOT = Path(__file__).parents[2]


@dataclass
class Outcome:
    """What a run of the suite came to; `left` are the processes that it left behind."""

    left: list[str]
    code: int
    text: str
    record: dict

    def verdicts(self) -> dict[str, str]:
        return {test["nodeid"].rpartition("::")[2]: test["verdict"] for test in self.record.get("tests", [])}


@pytest.fixture
def root() -> Path:
    """The repository."""
    return ROOT


@pytest.fixture
def marked() -> Callable[[str], list[str]]:
    """``marked("NAME=value")``: command lines of all processes with that in their environment."""
    return _marked


@pytest.fixture
def tftp() -> Iterator[Callable[..., Outcome]]:
    """``tftp("--peer", ...)``: run ``pytest suites/tftp`` with these arguments."""

    # not beneath pytest's own folder, which an ordinary user may not enter when root runs the tests
    folder = TemporaryDirectory(prefix="atmt-tests-")
    report = Path(folder.name)
    report.chmod(0o777)

    def run(
        *arguments: str, prefix: tuple[str, ...] = (), python: str = sys.executable, limit: float = 110
    ) -> Outcome:
        command = [*prefix, python, "-m", "pytest", "suites/tftp", "-p", "no:cacheprovider"]
        # a user without a home, as a changed uid may be, still finds the repository
        mark = f"ATMT_TEST_RUN={uuid4()}"
        environment = {
            **os.environ,
            **dict([mark.split("=")]),
            "PYTHONPATH": str(ROOT),
            "PYTHONDONTWRITEBYTECODE": "1",
        }
        done = subprocess.run(
            [*command, "--atmt-report", str(report), *arguments],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            timeout=limit,
        )
        file = report / "report.json"
        return Outcome(
            _marked(mark),
            done.returncode,
            done.stdout + done.stderr,
            json.loads(file.read_text()) if file.is_file() else {},
        )

    yield run
    folder.cleanup()


@pytest.fixture
def in_tftpd() -> str:
    """Debian's TFTP server; without it these tests judge nothing."""
    path = shutil.which("in.tftpd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
    if path is None:
        pytest.skip("in.tftpd is not installed (apt-get install tftpd-hpa)")
    return path


@pytest.fixture
def broken_server(tmp_path: Path) -> Iterator[Callable[[str], str]]:
    """``broken_server("NAME")`` starts a server of broken_servers.py; returns it as a ``--peer``."""
    started: list[subprocess.Popen[str]] = []

    def start(name: str) -> str:
        script = Path(__file__).with_name("broken_servers.py")
        server = subprocess.Popen(
            [sys.executable, str(script), name, str(tmp_path)], stdout=subprocess.PIPE, text=True
        )
        started.append(server)
        assert server.stdout is not None
        return f"udp://127.0.0.1:{server.stdout.readline().strip()}?root={tmp_path}"

    yield start
    for server in started:
        server.kill()
        server.communicate()


def _marked(mark: str) -> list[str]:
    """Command lines of all processes whose environment carries `mark`: those that a run began, at any remove."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with suppress(OSError):
                if mark.encode() in (entry / "environ").read_bytes():
                    found.append((entry / "cmdline").read_bytes().replace(b"\0", b" ").decode())
    return found
