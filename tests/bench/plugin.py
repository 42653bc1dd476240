"""What the plugin costs: pytest's start where it is not used, collection of a suite, and each test.

Run as a script: ``python tests/bench/plugin.py [start] [collection] [overhead]``.  Processor time of whole processes,
best of several that take turns; the plugin alone is loaded, not what else is installed.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).parents[2]
ROUNDS = 5
TESTS = 300
PYTEST = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
ALONE = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
WITH = ["-p", "pytest_atmt.plugin"]

PLAIN = f"""
import pytest

@pytest.mark.parametrize("n", range({TESTS}))
def test_plain(n):
    pass
"""
CONFTEST = """
from pathlib import Path

from scapy.packet import Raw

from atmt import ATMT, Automaton
from atmt.links.codec import IPCodec
from pytest_atmt import Suite, automaton


class Nothing(Automaton):
    def parse_args(self, **peer):
        pass

    @ATMT.state(initial=True)
    def BEGIN(self):
        raise self.END()

    @ATMT.state(final=True)
    def END(self):
        pass


nothing = automaton(Nothing)


def pytest_atmt_suite():
    return Suite(
        name="nothing",
        folder=Path(__file__).parent,
        codec=lambda address: IPCodec(Raw, address),
        reference=lambda host: None,
        greet=lambda converse: True,
    )
"""
NOTHING = f"""
import pytest
from pytest_atmt import requirement

@requirement("NOTHING-1")
@pytest.mark.parametrize("n", range({TESTS}))
def test_nothing(nothing, n):
    nothing()
"""
CATALOGUE = """
[standard]
id = "NOTHING"
title = "Nothing"
[[requirement]]
id = "NOTHING-1"
section = "1"
level = "MUST"
role = "server"
text = "Nothing happens."
"""
REFERENCE = '[peer]\nname = "reference"\nadapter = "reference"\n'


def processor_time(command: Sequence[str], folder: Path) -> float:
    """Milliseconds of processor time of a process and those that it waits for."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"} | ALONE
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stdout + done.stderr)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) * 1e3


def best(folder: Path, *commands: Sequence[str], rounds: int = ROUNDS) -> list[float]:
    """The least time of each command; they take turns, so that all see the same machine."""
    times = [[processor_time(command, folder) for command in commands] for _ in range(rounds + 1)]
    return [min(column) for column in zip(*times[1:], strict=True)]


def start(folder: Path) -> None:
    (folder / "test_one.py").write_text("def test_one():\n    pass\n")
    without, with_it = best(folder, PYTEST, [*PYTEST, *WITH], rounds=3 * ROUNDS)
    print(
        f"{'start of pytest, plugin not used':<40} with {with_it:7.1f} ms   without {without:7.1f} ms "
        f"({with_it - without:+.1f} ms, {with_it / without:.2f}x)"
    )


def collection(folder: Path) -> None:
    (folder / "test_one.py").write_text("def test_one():\n    pass\n")
    layers = "import pytest, scapy.layers.inet, scapy.layers.tftp"
    suite, empty, scapy, bare = best(
        folder,
        [
            *PYTEST,
            *WITH,
            "--collect-only",
            str(ROOT / "suites" / "tftp"),
            "-c",
            "/dev/null",
            "--rootdir",
            str(ROOT),
        ],
        [*PYTEST, *WITH, "--collect-only", "test_one.py"],
        [sys.executable, "-c", layers],
        [sys.executable, "-c", "import pytest"],
    )
    ours, theirs = suite - empty, scapy - bare
    print(
        f"{'collection of suites/tftp':<40} {ours:7.1f} ms beyond pytest's own start, of which import of Scapy "
        f"{theirs:7.1f} ms ({theirs / ours:.0%})"
    )


def overhead(folder: Path) -> None:
    for name, text in (("requirements/nothing.toml", CATALOGUE), ("peers/reference.toml", REFERENCE)):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text)
    (folder / "conftest.py").write_text(CONFTEST)
    (folder / "test_plain.py").write_text(PLAIN)
    (folder / "test_nothing.py").write_text(NOTHING)
    # the same again with one test, so that starts, the tables and the page do not count
    run = [*PYTEST, *WITH, "--atmt-html", "no", "-W", "ignore"]
    plain, plain_one, nothing, nothing_one = best(
        folder,
        [*run, "test_plain.py"],
        [*run, "test_plain.py::test_plain[0]"],
        [*run, "test_nothing.py"],
        [*run, "test_nothing.py::test_nothing[reference-0]"],
        rounds=3,
    )
    of_plain, of_nothing = (
        (all_ - one) / (TESTS - 1) for all_, one in ((plain, plain_one), (nothing, nothing_one))
    )
    print(
        f"{'a test that runs a no-op automaton':<40} {of_nothing:7.3f} ms   plain test {of_plain:7.3f} ms "
        f"({of_nothing - of_plain:+.3f} ms, {of_nothing / of_plain:.1f}x)"
    )


if __name__ == "__main__":
    asked = sys.argv[1:]  # names of measures; all unless given
    for measure in (start, collection, overhead):
        if asked and measure.__name__ not in asked:
            continue
        with tempfile.TemporaryDirectory() as name:
            measure(Path(name))
