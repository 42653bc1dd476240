"""Which program a command starts: its hash, and the package and version that it comes from."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from functools import cache
from pathlib import Path

_SYSTEM = "/usr/local/sbin:/usr/sbin:/sbin"


def locate(name: str) -> str | None:
    """The path of a program, system folders included (None: not installed)."""
    return shutil.which(name, path=f"{os.environ.get('PATH', os.defpath)}:{_SYSTEM}")


@cache
def program(name: str) -> dict[str, str]:
    """Name, sha256 and, where Debian's package manager knows it, package with version; asked once."""
    path = locate(name)
    if path is None:
        return {"program": name}
    real = os.path.realpath(path)
    found = {"program": name, "sha256": hashlib.sha256(Path(real).read_bytes()).hexdigest()}
    return found | _package(path, real)


def _package(*paths: str) -> dict[str, str]:
    for path in paths:
        if owner := _ask("dpkg-query", "--search", path).partition(":")[0]:
            return {"version": _ask("dpkg-query", "--show", "--showformat=${Package} ${Version}", owner)}
    return {}


def _ask(*command: str) -> str:
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=10)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""
