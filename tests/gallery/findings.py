"""What each peer did that a requirement forbids, with the packets that show it: a list in Markdown, from one record."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby
from typing import Any

_PARTING = "never mind"  # what the suite's probes say when they hang up: no part of what happened
_SHOWN = 3  # packets of a failure
_LONGEST = 110  # characters
_HEADERS = 56  # hexadecimal digits of the headers of IP and UDP
_FEW = 24  # hexadecimal digits


def render(document: dict[str, Any]) -> str:
    """All failures of a record, by peer and requirement; one of each kind with its packets, numbered as in its run."""
    failed = sorted((t for t in document["tests"] if t["verdict"] == "fail"), key=lambda t: t["peer"])
    lines = ["# What failed, and in which packets", ""]
    for peer, tests in groupby(failed, key=lambda t: t["peer"]):
        lines += [
            f"## {peer}",
            "",
            "| requirement | what was seen | in how many tests, such as |",
            "|---|---|---|",
        ]
        lines += [_row(kind) for kind in _kinds(list(tests))]
        lines.append("")
    return "\n".join(lines)


def _kinds(tests: list[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    """Those that fail the same function in the same way together."""
    for _, same in groupby(sorted(tests, key=_kind), key=_kind):
        yield list(same)


def _kind(test: dict[str, Any]) -> tuple[str, ...]:
    return (*test["requirements"], _function(test), test["signature"])


def _row(tests: list[dict[str, Any]]) -> str:
    example = tests[0]
    name = example["nodeid"].rpartition("::")[2]
    cells = (", ".join(example["requirements"]), _seen(example), f"{len(tests)}: `{name}`")
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def _seen(test: dict[str, Any]) -> str:
    """The packets that matter, and how the automaton ended or the program died."""
    runs = test["runs"]
    if not runs:
        return _first_line(test["reason"])
    packets = [*enumerate(runs[-1]["packets"], 1)]
    while packets and packets[-1][1]["direction"] == "sent" and _PARTING in packets[-1][1]["summary"]:
        packets.pop()
    telling = _twice(packets) if test["reason"].startswith("assert") else []
    told = [f"{n} {p['direction']} {_short(p)}" for n, p in telling or packets[-_SHOWN:]]
    return "; ".join([*told, f"so: {_first_line(test['reason'])}"])


def _twice(packets: list[tuple[int, dict[str, Any]]]) -> list[tuple[int, dict[str, Any]]]:
    """The first thing that the peer says twice, both times, where a transfer went on to its end."""
    said: dict[str, tuple[int, dict[str, Any]]] = {}
    for number, packet in packets:
        octets = packet["hex"][_HEADERS:]
        if packet["direction"] == "received" and octets in said:
            return [said[octets], (number, packet)]
        if packet["direction"] == "received":
            said[octets] = (number, packet)
    return []


def _first_line(reason: str) -> str:
    line = reason.partition("\n")[0]
    return line if len(line) <= _LONGEST else f"{line[:_LONGEST]}..."


def _short(packet: dict[str, Any]) -> str:
    """A packet without its addresses; what has no name by its octets."""
    octets, summary = packet["hex"][_HEADERS:], packet["summary"].split(" > ", 1)[-1]
    if not octets:
        return "an empty datagram"
    if summary.endswith(("TFTP", "TFTP / Raw")) and len(octets) <= _FEW:
        return f"the octets {octets}"
    if "ICMP" in packet["summary"]:
        return "ICMP port unreachable" if "port-unreachable" in packet["summary"] else "ICMP"
    return re.sub(r"^IP / UDP \S+ > \S+ / (TFTP / )?", "", packet["summary"])[:_LONGEST]


def _function(test: dict[str, Any]) -> str:
    name: str = test["nodeid"].rpartition("::")[2].partition("[")[0]
    return name
