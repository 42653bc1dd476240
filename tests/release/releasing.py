"""What the tests of the distribution share: where things are, and a shell that sees one environment alone."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
OLDEST = (3, 11)


class Shell:
    """Runs commands in a folder of its own, with one environment's programs first on the path."""

    def __init__(self, folder: Path, programs: Path, **variables: str) -> None:
        self.folder = folder
        kept = {
            k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "VIRTUAL", "GITHUB", "PYTEST"))
        }
        self._environment = {**kept, **variables, "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}"}

    def __call__(self, command: str, timeout: float = 280) -> subprocess.CompletedProcess[str]:
        """Run `command` with bash; what it wrote to both streams is its `stdout`."""
        return subprocess.run(
            ["bash", "-c", command],
            cwd=self.folder,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=timeout,
            check=False,
        )


def pythons() -> dict[str, Path]:
    """Version -> interpreter, for every supported Python on this machine; the first found of each."""
    homes = [
        Path(sys.executable).parent,
        *sorted(Path.home().glob(".pyenv/versions/*/bin")),
        *map(Path, os.environ.get("PATH", "").split(os.pathsep)),
        Path("/usr/bin"),
    ]
    found: dict[str, Path] = {}
    for home in homes:
        for path in sorted(home.glob("python3.*")):
            version = re.fullmatch(r"python(3\.(\d+))", path.name)
            if version and (3, int(version[2])) >= OLDEST and os.access(path, os.X_OK):
                found.setdefault(version[1], path)
    return found
