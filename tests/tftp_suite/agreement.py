"""Do two whole runs agree, verdict by verdict?  ``python -m tests.tftp_suite.agreement PEER... [-n 2]``

Judges no peer: it compares what two runs of the suite say of the same one.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

ROOT = Path(__file__).parents[2]


def differences(first: dict[str, Any], second: dict[str, Any]) -> list[str]:
    """The tests of which two records say different things, or that only one has; a fingerprint counts too."""
    said = [{test["nodeid"]: _said(test) for test in record["tests"]} for record in (first, second)]
    names = sorted(said[0].keys() | said[1].keys())
    return [
        f"{name}: {said[0].get(name)} / {said[1].get(name)}"
        for name in names
        if said[0].get(name) != said[1].get(name)
    ]


def _said(test: dict[str, Any]) -> tuple[str, str]:
    return test["verdict"], json.dumps(test.get("fingerprints", {}), sort_keys=True)


def run(peer: str, arguments: Sequence[str], folder: Path) -> dict[str, Any]:
    """The record of one run of the suite against `peer`."""
    command = [
        sys.executable,
        "-m",
        "pytest",
        "suites/tftp",
        "-q",
        "-p",
        "no:cacheprovider",
        "--atmt-html=no",
    ]
    where = ["--peer", peer, "--atmt-report", str(folder)]
    done = subprocess.run([*command, *where, *arguments], cwd=ROOT, capture_output=True, text=True)
    file = folder / "report.json"
    if done.returncode not in (0, 1, 6) or not file.is_file():
        raise SystemExit(
            f"the run against {peer} ended with exit code {done.returncode}:\n{done.stdout[-2000:]}"
        )
    record: dict[str, Any] = json.loads(file.read_text("utf-8"))
    return record


def compare(peer: str, arguments: Sequence[str]) -> tuple[int, list[str]]:
    """Run twice; the number of tests, and where the two part."""
    with TemporaryDirectory(prefix="atmt-agreement-") as folder:
        first, second = (run(peer, arguments, Path(folder, name)) for name in ("first", "second"))
    return len(first["tests"]), differences(first, second)


def main(words: Sequence[str]) -> int:
    """Compare two runs of each peer that is named; 1 if any two part."""
    at = next((i for i, word in enumerate(words) if word.startswith("-")), len(words))
    parted = 0
    for peer in words[:at]:
        count, differing = compare(peer, words[at:])
        print(f"{peer}: {count} tests, {len(differing)} verdicts differ", flush=True)
        for line in differing:
            print(f"    {line}", flush=True)
        parted += bool(differing)
    return 1 if parted else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
