"""Where a record comes from: versions and hashes of all that had a part in it.

Deterministic: says nothing of time, process ids or folders.  Knows no verdict.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
from collections.abc import Iterable, Mapping
from importlib import metadata
from pathlib import Path
from typing import Any

_PACKAGES = ("pytest-atmt", "pytest", "scapy", "pytest-xdist")
MUTANTS = "mutants.json"  # the suite's mutation score, which its own tests keep there
_SOURCES = (".py", ".toml", ".c")


def of_suite(folder: Path, package: Path, seeds: Mapping[str, str]) -> dict[str, Any]:
    """The suite in `folder`, judged by the atmt whose files are in `package`; `seeds` by option."""
    return {
        "suite": tree(folder),
        "catalogue": files(folder, sorted((folder / "requirements").glob("*.toml"))),
        "atmt": tree(package),
        "versions": versions(),
        "python": platform.python_version(),
        "kernel": f"{platform.system()} {platform.release()}",
        "machine": platform.machine(),
        "seeds": {"PYTHONHASHSEED": os.environ.get("PYTHONHASHSEED", ""), **seeds},
        **({"mutants": score} if (score := mutants(folder)) else {}),
    }


def mutants(folder: Path) -> dict[str, Any] | None:
    """How many wrong peers the suite in `folder` finds, when that was measured, and with which version of it."""
    try:
        score: dict[str, Any] = json.loads((folder / MUTANTS).read_text("utf-8"))
        return {name: score[name] for name in ("killed", "of", "date", "suite")}
    except (OSError, ValueError, KeyError, TypeError):
        return None  # not known, which is no fault


def tree(folder: Path) -> dict[str, Any]:
    """Number and hash of the source files beneath `folder`."""
    found = []
    for where, folders, names in os.walk(folder):
        folders[:] = [f for f in folders if not f.startswith((".", "__pycache__"))]
        found += [Path(where, name) for name in names if name.endswith(_SOURCES)]
    return files(folder, sorted(found))


def files(folder: Path, paths: Iterable[Path]) -> dict[str, Any]:
    """Number and one hash of files: of their names within `folder`, and of their contents."""
    digest, count = hashlib.sha256(), 0
    for path in paths:
        count += 1
        digest.update(f"{path.relative_to(folder).as_posix()}\0".encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return {"files": count, "sha256": digest.hexdigest()}


def versions() -> dict[str, str]:
    """Distribution -> version, of those that are installed."""
    found = {}
    for name in _PACKAGES:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return found
