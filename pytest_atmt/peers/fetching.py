"""Fetches programs into the private folder: from PyPI, npm and Debian by their own clients, or built by Go.

Knows no peer: it is given kinds and names.  Installs nothing on the machine.
"""

from __future__ import annotations

import fcntl
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from atmt.errors import EnvironmentFault

from . import store
from .program import locate

LIMIT = 600.0  # seconds that one command may take
_APT = ("apt-get", "install", "--yes", "--quiet", "--download-only", "--reinstall", "--no-install-recommends")


class Unfetched(EnvironmentFault):
    """Something could not be fetched; says by which command it was tried."""


def fetch(kind: str, asked: str, sources: Path) -> dict[str, str]:
    """Have one item; its packages with their versions.  What is there already is left alone.

    `sources` is the folder of what is to be built.  Raises `Unfetched`.
    """
    with _locked():
        place = store.item(kind, asked)
        if store.note(place).get("asked") != asked:
            shutil.rmtree(place, ignore_errors=True)
            place.mkdir(parents=True)
            try:
                versions = _FETCHERS[kind](asked, place, sources)
            except BaseException:
                shutil.rmtree(place, ignore_errors=True)
                raise
            (place / store.NOTE).write_text(
                json.dumps({"asked": asked, "versions": versions}) + "\n", "utf-8"
            )
        found: dict[str, str] = store.note(place)["versions"]
        return found


@contextmanager
def _locked() -> Iterator[None]:
    """One fetches at a time: the others wait and then find it there."""
    folder = store.folder()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = open(folder / ".lock", "w")  # noqa: SIM115 - closed below, which unlocks it
    except OSError as error:
        raise Unfetched(
            f"{folder} cannot be written: {error.strerror}",
            "Name another folder: --into FOLDER, or ATMT_PEERS",
        ) from None
    with lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _pypi(asked: str, place: Path, sources: Path) -> dict[str, str]:
    """A virtual environment for it alone."""
    if importlib.util.find_spec("pip") is None:
        raise Unfetched(f"{sys.executable} has no pip", f"Give it one: {sys.executable} -m ensurepip")
    _run([sys.executable, "-m", "venv", "--without-pip", str(place)])
    pip = [sys.executable, "-m", "pip", "--python", str(place)]
    _run([*pip, "install", "--quiet", "--disable-pip-version-check", asked])
    listed = json.loads(_run([*pip, "list", "--format", "json", "--disable-pip-version-check"]))
    return {package["name"].lower(): package["version"] for package in listed}


def _npm(asked: str, place: Path, sources: Path) -> dict[str, str]:
    _needs("npm", "apt-get install npm")
    _run(["npm", "install", "--prefix", str(place), "--no-audit", "--no-fund", "--silent", asked])
    locked = json.loads((place / "package-lock.json").read_text("utf-8"))["packages"]
    return {path.rpartition("node_modules/")[2]: about["version"] for path, about in locked.items() if path}


def _debian(asked: str, place: Path, sources: Path) -> dict[str, str]:
    """It, and those of its dependencies that the machine lacks, unpacked and not installed."""
    for tool in ("apt-get", "dpkg-deb"):
        _needs(tool, "It is there on Debian and Ubuntu; else build the program and put it on PATH")
    with tempfile.TemporaryDirectory(prefix="atmt-apt-") as folder:
        Path(folder, "partial").mkdir()
        # without locks, since nothing is installed: an ordinary user may
        private = (f"Dir::Cache::archives={folder}", "Debug::NoLocking=1", "APT::Sandbox::User=")
        options = [word for setting in private for word in ("-o", setting)]
        _run([*_APT, *options, asked], "If the package is not found: apt-get update, as root")
        versions = {}
        for archive in sorted(Path(folder).glob("*.deb")):
            about = _run(["dpkg-deb", "--show", "--showformat=${Package} ${Version}", str(archive)])
            name, _, version = about.partition(" ")
            versions[name] = version
            _run(["dpkg-deb", "--extract", str(archive), str(place)])
    return versions


def _go(asked: str, place: Path, sources: Path) -> dict[str, str]:
    """A program of one file, built with the libraries that Debian packages."""
    compiler = locate("go")
    if compiler is None:
        raise Unfetched("there is no Go compiler", "apt-get install golang-go")
    libraries = [str(root / "usr/share/gocode") for root in (Path("/"), *store.items())]
    output = place / "bin" / asked.removesuffix(".go")
    environment = {
        "GO111MODULE": "off",
        "CGO_ENABLED": "0",
        "GOPATH": os.pathsep.join(path for path in libraries if Path(path).is_dir()),
        "GOROOT": str(Path(compiler).resolve().parents[1]),
        "GOCACHE": str(store.folder() / ".go-cache"),
    }
    _run([compiler, "build", "-o", str(output), str(sources / asked)], environment=environment)
    return {"go": _run([compiler, "env", "GOVERSION"], environment=environment).strip()}


_FETCHERS: Mapping[str, Callable[[str, Path, Path], dict[str, str]]] = {
    "debian": _debian,
    "pypi": _pypi,
    "npm": _npm,
    "go": _go,
}


def _needs(tool: str, remedy: str) -> None:
    if shutil.which(tool) is None:
        raise Unfetched(f"{tool} is not installed", remedy)


def _run(command: Sequence[str], remedy: str = "", environment: Mapping[str, str] | None = None) -> str:
    """What a command prints.  Raises `Unfetched` with the last of what it complained about."""
    try:
        done = subprocess.run(
            command,
            env={**os.environ, "DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C", **(environment or {})},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=LIMIT,
        )
    except subprocess.TimeoutExpired:
        raise Unfetched(
            f"{' '.join(command)} did not end in {LIMIT:g} s", "Is there a way to the network?"
        ) from None
    if done.returncode:
        said = (done.stderr.strip() or done.stdout.strip() or "nothing").splitlines()[-3:]
        raise Unfetched(
            f"{' '.join(command)} ended with status {done.returncode} and said: {'; '.join(said)}",
            remedy or "Is there a way to the network? Try the command by hand",
        )
    return done.stdout
