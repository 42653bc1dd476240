"""What somebody who opened the failures of the gallery read in their packets: a list in Markdown, beside the record.

One file for each peer in ``readings``, one JSON object in a line for each test and reason for which it fails.  What
fails and was not read says so.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import groupby
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).with_name("readings")
UNREAD = "not read"
_WORDS = {
    "confirmed": "did it, and the requirement forbids it",
    "derived": "did it; that it is forbidden is the suite's reading of a text without key word",
    "consequence": "fails by another fault of its own, which is told where it belongs",
    "doubtful": "did it; whether it is forbidden may be argued",
    "unjust": "may do that, or the fault is ours",
    UNREAD: "fails, and nobody has opened it",
}

Reading = Mapping[str, Any]


def load(folder: Path = FOLDER) -> dict[str, list[Reading]]:
    """Peer -> what was read of its failures."""
    return {
        file.stem: [json.loads(line) for line in file.read_text("utf-8").splitlines()]
        for file in sorted(folder.glob("*.jsonl"))
    }


def render(document: Mapping[str, Any], read: Mapping[str, list[Reading]]) -> str:
    """A row for each test function that a peer fails and each reason for it, after a count of how they were judged."""
    failed = sorted((t for t in document["tests"] if t["verdict"] == "fail"), key=lambda t: t["peer"])
    tables: list[str] = []
    counted: Counter[str] = Counter()
    for peer, tests in groupby(failed, key=lambda t: t["peer"]):
        rows = list(_rows({_function(test): None for test in tests}, read.get(peer, [])))
        counted.update(judgement for judgement, _ in rows)
        head = ["| test | what the peer did | packets of | judgement |", "|---|---|---|---|"]
        tables += [f"## {peer}", "", *head, *(row for _, row in rows), ""]
    words = [f"- {counted[word]} **{word}**: {meaning}" for word, meaning in _WORDS.items() if counted[word]]
    title = "# What was read in the packets of what failed"
    count = f"{len(failed)} failed tests; by test function, peer and reason {counted.total()}:"
    return "\n".join([title, "", count, "", *words, "", *tables])


def _rows(functions: Mapping[str, None], read: list[Reading]) -> Iterator[tuple[str, str]]:
    """Judgement and row of each reason for which one of `functions` fails, and of each that was not read."""
    for name in functions:
        mine = [reading for reading in read if reading["test"] == name]
        for reading in mine:
            why = f": {reading['why']}" if reading.get("why") else ""
            packets = f"{reading['packets']} (`{reading['variant']}`)"
            yield reading["judgement"], _row(name, reading["did"], packets, reading["judgement"] + why)
        if not mine:
            yield UNREAD, _row(name, "", "", UNREAD)


def _row(name: str, *cells: str) -> str:
    told = (" ".join(cell.split()).replace("|", chr(92) + "|") for cell in (f"`{name}`", *cells))
    return f"| {' | '.join(told)} |"


def _function(test: Mapping[str, Any]) -> str:
    name: str = test["nodeid"].rpartition("::")[2].partition("[")[0]
    return name
