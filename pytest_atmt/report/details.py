"""The details of one test, as the page opens them: runs, steps, packets, and the reason in full.

Texts and lists have limits here, so that a peer that sends a megabyte costs the reader nothing; what was
left out is said, and is in the record.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from . import expectation
from .timeline import places

DEPTHS = ("all", "no bytes", "no packets")
_TEXT, _SUMMARY, _BYTES = 20_000, 300, 2_048
_PACKETS = 400  # of one run: the first half and the last half of these
_PLAIN = ("pass", "none")

Data = dict[str, Any]


def of_test(test: Mapping[str, Any], depth: str, automata: expectation.Graphs | None = None) -> Data:
    """What the page shows of a test beyond its line in the list; empty things are left out."""
    found: Data = {
        "reason": cut(test.get("reason") or "", _TEXT),
        "purpose": {
            k: v for k, v in (test.get("purpose") or {}).items() if k in ("preamble", "version") and v
        },
        "files": [_file(file) for file in test.get("files") or []],
        "known": test.get("baseline"),
        "log": _log(test.get("peer_log") or []),
        "capture": test.get("capture"),
        "runs": [of_run(run, depth) for run in test.get("runs", [])],
        "depth": depth if depth != DEPTHS[0] else "",
    }
    if test.get("verdict") not in _PLAIN:
        found["parted"] = expectation.of(test, automata)
    return {name: value for name, value in found.items() if value}


def of_run(run: Mapping[str, Any], depth: str = DEPTHS[0]) -> Data:
    """One run; the states of its steps are known from the path."""
    packets = run.get("packets", [])
    chosen = _chosen(len(packets)) if depth != DEPTHS[2] else []
    at = places(run.get("steps", []), packets) if chosen else []
    found: Data = {
        "arguments": {k: cut(_text(v), _SUMMARY) for k, v in (run.get("arguments") or {}).items()},
        "began": round(run.get("began", 0.0), 6),
        "seconds": round(run.get("duration", 0.0), 6),
        "delays": run.get("delays"),
        "lateness": run.get("lateness"),
        "state": run.get("state", ""),
        "error": cut(run.get("error") or "", _TEXT),
        "result": cut(run.get("result") or "", _SUMMARY),
        "client": _client(run["client"]) if run.get("client") else None,
        "times": [round(step[0], 6) for step in run.get("steps", [])],
        "packets": [_packet(packets[n], at[n], depth) for n in chosen],
        "count": len(packets),
        "skipped": [len(chosen) // 2, len(packets) - len(chosen)] if len(chosen) < len(packets) else None,
    }
    return {name: value for name, value in found.items() if value not in (None, "", [], {})}


def cut(text: str, most: int) -> str:
    """The text, or its beginning and how long it is."""
    return text if len(text) <= most else f"{text[:most]}… ({len(text):,} characters, all in report.json)"


def first_line(test: Mapping[str, Any]) -> str:
    """What a list says of why a test is no pass."""
    return "" if test.get("verdict") in _PLAIN else cut(expectation.line(test), 300)


def _chosen(count: int) -> Sequence[int]:
    half = _PACKETS // 2
    return range(count) if count <= _PACKETS else [*range(half), *range(count - half, count)]


def _packet(packet: Mapping[str, Any], place: int, depth: str) -> list[Any]:
    """[at, direction, state, via, steps taken before it, summary, note, bytes, length, layers]"""
    raw = packet.get("hex") or ""
    row = [
        round(packet["at"], 6),
        packet.get("direction", ""),
        packet.get("state", ""),
        packet.get("via") or "",
        place,
        cut(packet.get("summary") or "", _SUMMARY),
        cut(packet.get("note") or "", _SUMMARY),
        raw[: 2 * _BYTES] if depth == DEPTHS[0] else "",
        len(raw) // 2,
    ]
    layers = packet.get("layers")
    return [*row, layers] if layers and depth == DEPTHS[0] else row


def _file(content: str | None, size: int | None = None) -> list[Any] | None:
    """[octets, the first of them in hexadecimal]"""
    return None if content is None else [size or len(content) // 2, content[:512]]


def _client(end: Mapping[str, Any]) -> Data:
    """How a client that was judged ended."""
    how = end.get("how") or "had not ended, and was stopped"
    found = {"how": how, "at": end.get("at"), "said": cut(end.get("said") or "", _SUMMARY)}
    return found | {"file": _file(end.get("file"), end.get("file_size"))}


def _log(log: Sequence[Sequence[Any]]) -> list[list[Any]]:
    """[seconds since the first run began, stream, line]"""
    return [[round(at, 6), stream, cut(text, _SUMMARY)] for at, stream, text in log]


def _text(value: Any) -> str:
    return value if isinstance(value, str) else repr(value)
