"""A real run of many verdicts: the TFTP suite against a good server, broken ones and one that is not there."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
_SERVERS = ROOT / "tests" / "tftp_suite" / "broken_servers.py"
_CHOSEN = "test_read.py and (short or empty or missing) or bare_cr_is_read or error_ends_a"
_STATEMENT = """
[peer]
name = "{name}"
adapter = "{adapter}"

[{adapter}]
{settings}

[arguments]
quiet = 0.3

[ics]
read = true
write = {write}
netascii = true
blksize = true
timeout = true
tsize = true
windowsize = false
"""


@dataclass(slots=True)
class Mixed:
    """What the run left behind; `text` is what its terminal showed."""

    folder: Path
    text: str
    code: int

    @property
    def record(self) -> dict[str, Any]:
        loaded: dict[str, Any] = json.loads((self.folder / "report.json").read_text("utf-8"))
        return loaded


def run(folder: Path, *more: str) -> Mixed:
    """Judge the reference, servers that are wrong, one that never answers and one whose program is missing."""
    files = folder / "files"
    files.mkdir(parents=True, exist_ok=True)
    with _server("block_two_first", files) as wrong, _server("silent", files) as silent:
        reached = f'host = "127.0.0.1"\nroot = "{files}"\nport ='
        peers = [
            _statement(folder, "wrong", "udp", f"{reached} {wrong}", "false"),
            _statement(folder, "silent", "udp", f"{reached} {silent}", "true"),
            _statement(folder, "nowhere", "process", 'command = ["no-such-tftpd"]\nready_udp = 69', "true"),
        ]
        command = [sys.executable, "-m", "pytest", "suites/tftp", "-p", "no:cacheprovider", "-k", _CHOSEN]
        for peer in ("reference", *map(str, peers)):
            command += ["--peer", peer]
        command += ["--atmt-report", str(folder), "--atmt-junit", str(folder / "junit.xml")]
        command += ["--atmt-summary", str(folder / "summary.md"), *more]
        done = subprocess.run(
            command, cwd=ROOT, capture_output=True, text=True, timeout=600, env=_environment()
        )
    return Mixed(folder, done.stdout + done.stderr, done.returncode)


def _environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name != "GITHUB_STEP_SUMMARY"}
    return kept | {"PYTHONDONTWRITEBYTECODE": "1"}


def _statement(folder: Path, name: str, adapter: str, settings: str, write: str) -> Path:
    file = folder / f"{name}.toml"
    file.write_text(_STATEMENT.format(name=name, adapter=adapter, settings=settings, write=write), "utf-8")
    return file


@contextmanager
def _server(name: str, root: Path) -> Iterator[int]:
    command = [sys.executable, str(_SERVERS), name, str(root)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        try:
            yield int(server.stdout.readline())
        finally:
            server.kill()
