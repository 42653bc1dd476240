"""Servers in other languages live under the clock, or are refused before they start."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from vtimepeers import Server

from atmt.errors import NoVirtualTime
from atmt.lab.vtime import build, suitable

REPEATERS = Path(__file__).parent / "repeaters"
PYTHON = (sys.executable, "-I", "-S")
SERVERS = [
    *((*PYTHON, f"{how}.py") for how in ("select", "asyncio", "threads", "timeouts")),
    *(("perl", f"{how}.pl") for how in ("sleep", "select", "alarm")),
    ("node", "timers.js"),
    ("escript", "processes.escript"),
]


@pytest.mark.parametrize("command", SERVERS, ids=lambda command: command[-1])
def test_a_server_repeats_itself_when_its_clock_says(
    server: Callable[..., Server], command: tuple[str, ...]
) -> None:
    *program, source = command
    assert server(*program, str(REPEATERS / source)).converse(patience=9).heard == [0, 1, 3, 7]


def test_a_server_in_c_does_so_too_unless_it_is_static(server: Callable[..., Server], tmp_path: Path) -> None:
    program, compiler = str(tmp_path / "server"), build.compiler()
    assert compiler is not None
    subprocess.run([compiler, "-o", program, REPEATERS / "server.c"], check=True)
    tmp_path.chmod(0o755)
    assert server(program).converse(patience=9).heard == [0, 1, 3, 7]
    subprocess.run([compiler, "-static", "-o", program, REPEATERS / "server.c"], check=True)
    with pytest.raises(NoVirtualTime, match="linked statically"):
        server(program)


@pytest.mark.parametrize(("cgo", "why"), [("0", "linked statically"), ("1", "Go program")])
def test_a_server_in_go_is_refused(tmp_path: Path, cgo: str, why: str) -> None:
    if shutil.which("go") is None:
        pytest.skip("no Go compiler (apt-get install golang-go)")
    program = tmp_path / "server"
    folders = {"GOCACHE": str(tmp_path / "cache"), "GOPATH": str(tmp_path / "path")}
    environment = os.environ | folders | {"CGO_ENABLED": cgo, "GOFLAGS": "-mod=mod"}
    subprocess.run(["go", "build", "-o", program, REPEATERS / "server.go"], env=environment, check=True)
    with pytest.raises(NoVirtualTime, match=why):
        suitable.check(str(program))
