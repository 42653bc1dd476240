"""What a maintainer does again and again: ``nox -l`` lists it, ``nox -s lint`` does one of them.

Each session is an environment of its own; ``.ci/run`` does the same without nox.
"""

from __future__ import annotations

import nox

nox.options.sessions = ["lint", "suite"]
nox.options.default_venv_backend = "venv"
PYTHONS = ["3.11", "3.12", "3.13"]


@nox.session
def lint(session: nox.Session) -> None:
    """Style and types."""
    session.install("-e", ".[dev]")
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")
    session.run("mypy")


@nox.session(python=PYTHONS)
def tests(session: nox.Session) -> None:
    """Our own tests, or those that are named: ``nox -s tests-3.12 -- tests/atmt``."""
    session.install("-e", ".[dev]")
    session.run("pytest", *session.posargs)


@nox.session(python=PYTHONS)
def suite(session: nox.Session) -> None:
    """The TFTP suite against its reference peer: ``nox -s suite-3.12 -- --peer tftpd-hpa``."""
    session.install("-e", ".[dev]")
    session.run("pytest", "suites/tftp", *session.posargs)


@nox.session
def docs(session: nox.Session) -> None:
    """The documentation, into site/; a warning is an error."""
    session.install("-e", ".[docs]")
    session.run("zensical", "build", "--clean", "--strict")


@nox.session
def bench(session: nox.Session) -> None:
    """All benchmarks: ratios within one run."""
    session.install("-e", ".[dev]")
    session.run("python", "tests/bench")


@nox.session
def dist(session: nox.Session) -> None:
    """Wheel and sdist, into dist/."""
    session.install("hatchling")
    session.run("hatchling", "build", "--clean")
