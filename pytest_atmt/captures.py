"""Packets of a record as pcapng files, one to a test, for Wireshark, tshark and tcpdump.

Written from records, when a run is over: so workers, replays and merged records have them alike.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from atmt.links.capture import RAW_IP, PcapngWriter

from .replays import notes
from .verdicts import Verdict

FOLDER = "captures"
WHICH = ("failed", "always", "never")
LARGEST = 16 << 20  # octets of one test's file
ROOM = 256 << 20  # octets of all files of a run
_FINE = (Verdict.PASS, Verdict.NOT_APPLICABLE)
_OTHER = 147  # LINKTYPE_USER0: what is not IP is shown as octets
_LONGEST_NAME = 150

Document = dict[str, Any]


def of(folder: Path) -> list[Path]:
    """The captures in a report's folder."""
    return sorted((folder / FOLDER).glob("*.pcapng"))


def write(document: Document, folder: Path, which: str) -> None:
    """Write captures into the report's `folder`, and their names into the record's tests.

    `which` are those of all tests ("always"), of those that neither pass nor are left out ("failed"), or none
    ("never").  Raises OSError.
    """
    room, origin = ROOM, round(datetime.fromisoformat(document["began"]).timestamp() * 1e9)
    for number, test in enumerate(document["tests"]):
        test.pop("capture", None)
        if which == "never" or (which == "failed" and test["verdict"] in _FINE):
            continue
        if room <= 0 or not any(p["hex"] for run in test["runs"] for p in run["packets"]):
            continue
        (folder / FOLDER).mkdir(parents=True, exist_ok=True)
        path = folder / FOLDER / f"{number + 1:04}-{_name(test['nodeid'])}.pcapng"
        _write(path, test, origin, min(LARGEST, room), notes(test, document["peers"][test["peer"]], origin))
        room -= path.stat().st_size
        test["capture"] = f"{FOLDER}/{path.name}"


def content(test: Document, began: float) -> bytes:
    """The capture of one test, whose first run began at `began` (seconds since the epoch), as a file's content."""
    with TemporaryDirectory(prefix="atmt-") as folder:
        path = Path(folder) / "packets.pcapng"
        _write(path, test, round(began * 1e9), LARGEST)
        return path.read_bytes()


def _write(path: Path, test: Document, origin: int, largest: int, more: Iterable[str] = ()) -> None:
    about = f"{test['nodeid']}: {test['verdict']}\nrequirements: {', '.join(test['requirements'])}"
    packets = sorted(_packets(test["runs"], test["requirements"]), key=lambda row: row[0])
    linktype = RAW_IP if all(_is_ip(data) for _, data, _, _ in packets) else _OTHER
    with PcapngWriter(path, linktype, comment=about, largest=largest, comments=more) as writer:
        for at, data, text, direction in packets:
            writer.packet(data, origin + round(at * 1e9), text, direction)


def _packets(runs: Iterable[Document], judged: list[str]) -> Iterator[tuple[float, bytes, str, Any]]:
    """(seconds since the first run began, octets, comment, direction) of every packet that has octets."""
    for run in runs:
        for packet in run["packets"]:
            if packet["hex"]:
                at = run.get("began", 0.0) + packet["at"]
                yield at, bytes.fromhex(packet["hex"]), _comment(run, packet, judged), packet["direction"]


def _comment(run: Document, packet: Document, judged: list[str]) -> str:
    text = f"{run['automaton']}.{packet['state']}"
    if packet["via"]:
        text += f" ({packet['via']})"
    return "; ".join(filter(None, (text, packet["note"], ", ".join(judged))))


def _is_ip(data: bytes) -> bool:
    return data[0] >> 4 in (4, 6)


def _name(nodeid: str) -> str:
    """A file name that tells the test, whatever its parameters are."""
    return re.sub(r"[^A-Za-z0-9.-]+", "_", nodeid.rpartition("::")[2]).strip("_")[:_LONGEST_NAME]
