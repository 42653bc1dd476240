"""Compiles the shim when it is first needed, and keeps it in the user's cache.

Knows nothing of what is in it.
"""

from __future__ import annotations

import hashlib
import os
import platform
import shutil
import subprocess
import tempfile
from functools import cache
from pathlib import Path

from atmt.errors import NoVirtualTime

SOURCES = Path(__file__).parent / "shim"
DIALECT = ("-std=gnu11", "-D_GNU_SOURCE", "-U_FORTIFY_SOURCE")
FLAGS = (*DIALECT, "-O2", "-fPIC", "-shared", "-fvisibility=hidden", "-Wall")
LIBRARIES = ("-ldl", "-pthread")
MACHINES = ("x86_64", "aarch64")
FALL_BACK = 'or let the peer keep real time (clock = "real" in its statement)'


@cache
def library() -> Path:
    """The compiled shim.  Raises NoVirtualTime, with the remedy, where it cannot be compiled."""
    if platform.machine() not in MACHINES:
        raise NoVirtualTime(
            f"virtual time is not known on {platform.machine()}", f"Use {' or '.join(MACHINES)}, {FALL_BACK}"
        )
    name = f"vtime-{_fingerprint()}-{platform.machine()}.so"
    for folder in _folders():
        made = folder / name
        if _trusted(made) or _compile(made):
            return made
    raise NoVirtualTime(
        "the compiled shim can be kept nowhere",
        f"Make {_cache_home()} or {tempfile.gettempdir()} writable, {FALL_BACK}",
    )


def compiler() -> str | None:
    """The C compiler of this machine."""
    named = os.environ.get("CC")
    return next(filter(None, map(shutil.which, filter(None, (named, "cc", "gcc", "clang")))), None)


def _fingerprint() -> str:
    content = b"\0".join(path.read_bytes() for path in sorted(SOURCES.glob("*.[ch]")))
    return hashlib.sha256(content + " ".join((*FLAGS, *LIBRARIES)).encode()).hexdigest()[:16]


def _cache_home() -> Path:
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "atmt"


def _folders() -> list[Path]:
    """Where it may be kept, best first."""
    return [_cache_home(), Path(tempfile.gettempdir()) / f"atmt-{os.geteuid()}"]


def _trusted(path: Path) -> bool:
    """Whether it is there and ours: what anybody else could have put there is not for us to load."""
    try:
        return all(
            at.stat().st_uid == os.geteuid() and not at.stat().st_mode & 0o022 for at in (path, path.parent)
        )
    except OSError:
        return False


def _compile(made: Path) -> bool:
    """Put the shim there at once and whole; False where nothing can be written."""
    try:
        made.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
        if made.parent.stat().st_uid != os.geteuid() or made.parent.stat().st_mode & 0o022:
            return False
        number, draft = tempfile.mkstemp(dir=made.parent, suffix=".so")
    except OSError:
        return False
    os.close(number)
    try:
        _run_compiler(draft)
        os.chmod(draft, 0o755)
        os.replace(draft, made)
    finally:
        Path(draft).unlink(missing_ok=True)
    return True


def _run_compiler(output: str) -> None:
    found = compiler()
    if found is None:
        raise NoVirtualTime(
            "virtual time needs a C compiler once, and there is none",
            f"Install one (apt-get install gcc libc6-dev), {FALL_BACK}",
        )
    sources = [str(path) for path in sorted(SOURCES.glob("*.c"))]
    outcome = subprocess.run(
        [found, *FLAGS, "-o", output, *sources, *LIBRARIES], capture_output=True, text=True, check=False
    )
    if outcome.returncode:
        raise NoVirtualTime(
            f"{found} could not compile the shim for virtual time: {outcome.stderr.strip()[:500]}",
            f"Install the C library's headers (apt-get install libc6-dev), {FALL_BACK}",
        )
