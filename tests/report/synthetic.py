"""Records made up for tests: of any size, with every verdict, and as hostile as a peer can be."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

from pytest_atmt import tally

Data = dict[str, Any]

PEERS = ("good", "bad")
VERDICTS = ("fail", "error", "inconclusive", "could not run", "finding", "not applicable", "information")
GRAPH: Data = {
    "states": {
        "BEGIN": {"initial": True},
        "REQUESTED": {},
        "RECEIVING": {},
        "END": {"final": True},
        "WRONG": {"error": True},
        "NEVER": {"error": True},
    },
    "edges": [
        ["BEGIN", "", "REQUESTED"],
        ["REQUESTED", "receive_data", "RECEIVING"],
        ["REQUESTED", "receive_nonsense", "WRONG"],
        ["REQUESTED", "lose_patience", "NEVER"],
        ["RECEIVING", "receive_data", "RECEIVING"],
        ["RECEIVING", "receive_nonsense", "WRONG"],
        ["RECEIVING", "", "END"],
    ],
    "conditions": [
        {"state": s, "name": name, "kind": kind, "actions": ["acknowledge"] if kind != "timeout" else []}
        for s, name, kind in (
            ("REQUESTED", "receive_data", "receive condition"),
            ("REQUESTED", "receive_nonsense", "receive condition"),
            ("REQUESTED", "lose_patience", "timeout"),
            ("RECEIVING", "receive_data", "receive condition"),
            ("RECEIVING", "receive_nonsense", "receive condition"),
        )
    ],
}


def record(
    tests: int = 40, bad: int = 8, seed: int = 1, text: str = "", peers: Sequence[str] = PEERS
) -> Data:
    """A record of `tests` tests, `bad` of them of the verdicts that are no pass; `text` is what peers say."""
    rng = random.Random(seed)
    found = [
        made_test(n, "pass" if n >= bad else VERDICTS[n % len(VERDICTS)], rng, text, peers)
        for n in range(tests)
    ]
    raw: Data = {
        "schema": 1,
        "suite": "made-up",
        "began": "2026-11-22T12:00:00+00:00",
        "ended": "2026-11-22T12:01:30+00:00",
        "provenance": [{"command": ["suites/made-up", "-k", "a b"], "versions": {"pytest": "9"}}],
        "settings": {"fail_on": "must", "coverage": {}, "require": "", "baseline": None},
        "selection": {"whole": True, "deselected": []},
        "peers": {peer: _peer(peer, text) for peer in peers},
        "requirements": {f"RFC1-{n}": _requirement(n, text) for n in range(12)},
        "automata": {"Reader": GRAPH},
        "tests": found,
        "missing": [
            {
                "nodeid": "s/test_a.py::test_lost[good]",
                "suite": "made-up",
                "peer": "good",
                "requirements": ["RFC1-0"],
            }
        ],
        "other_failures": 0,
    }
    return tally.complete(raw)


def made_test(
    number: int, verdict: str, rng: random.Random, text: str = "", peers: Sequence[str] = PEERS
) -> Data:
    """One test; those that are no pass end in the error state."""
    peer = peers[1 if verdict != "pass" else number % len(peers)]
    run = conversation(rng, 1 + rng.randrange(6), verdict == "pass", text)
    said = (
        ""
        if verdict == "pass"
        else f"Reader ended in WRONG, not in END\n  because  {text or 'nonsense came'}"
    )
    return {
        "nodeid": f"s/test_{number % 30}.py::test_case_{number // 40}[{peer}-{number}]",
        "duration": round(rng.random(), 6),
        "suite": "made-up",
        "peer": peer,
        "requirements": [f"RFC1-{number % 11}"],
        "purpose": {
            "objective": f"case {number // 40} {text}"[:3000],
            "behaviour": "valid",
            "preamble": "",
            "version": 1,
        },
        "runs": [] if verdict in ("not applicable", "could not run") else [run | {"peer": peer}],
        "verdict": verdict,
        "reason": said,
        "files": [],
        "baseline": None,
        "signature": "" if verdict == "pass" else "Reader ended in WRONG",
    }


def conversation(rng: random.Random, blocks: int, good: bool, text: str = "") -> Data:
    """A run of Reader: `blocks` packets, then the end or nonsense."""
    steps: list[list[Any]] = [[0.0, "", "", "BEGIN"], [0.0, "BEGIN", "", "REQUESTED"]]
    packets = [_packet(0.0, "sent", "BEGIN", "", f"RRQ {text}", rng)]
    at, state = 0.0, "REQUESTED"
    for n in range(blocks):
        at += rng.random() / 50
        packets.append(_packet(at, "received", state, "receive_data", f"DATA {n + 1}", rng))
        steps.append([at, state, "receive_data", "RECEIVING"])
        packets.append(_packet(at, "sent", "RECEIVING", "", f"ACK {n + 1}", rng, "dropped" if n == 3 else ""))
        state = "RECEIVING"
    if good:
        steps.append([at, "RECEIVING", "", "END"])
    else:
        packets.append(_packet(at + 0.5, "received", state, "receive_nonsense", f"DATA 9 {text}", rng))
        steps.append([at + 0.5, "RECEIVING", "receive_nonsense", "WRONG"])
    return {
        "automaton": "Reader",
        "clock": "virtual",
        "arguments": {"server": "192.0.2.2", "name": text},
        "duration": at,
        "state": steps[-1][3],
        "error": None if good else f"reached the error state WRONG: {text}",
        "result": "None",
        "steps": steps,
        "packets": packets,
    }


def _packet(
    at: float, direction: str, state: str, via: str, said: str, rng: random.Random, note: str = ""
) -> Data:
    header = bytes.fromhex("4500002000010000401100000a0000010a000002c35000450018000000030001")
    return {
        "at": round(at, 9),
        "direction": direction,
        "state": state,
        "via": via,
        "note": note,
        "summary": f"IP / UDP 10.0.0.1:50000 > 10.0.0.2:tftp / {said}",
        "hex": (header + rng.randbytes(60)).hex(),
    }


def _peer(name: str, text: str) -> Data:
    return {
        "title": f"the {name} one {text}",
        "adapter": "reference",
        "role": "server",
        "claimed": {"read": True, "write": False},
        "observed": {"read": True, "write": name == "bad"},
        "findings": [f"write is denied; observed: yes {text}"] if name == "bad" else [],
        "keeps": [],
        "provenance": {},
    }


def _requirement(number: int, text: str) -> Data:
    return {
        "id": f"RFC1-{number}",
        "standard": "RFC1",
        "section": f"{number // 4}",
        "level": ("MUST", "SHOULD", "MAY")[number % 3],
        "role": "server",
        "text": f"It does number {number}. {text}",
        "basis": "",
        "category": "testable" if number < 11 else "untestable",
        "reason": "" if number < 11 else "nobody can see it",
        "applies_if": "write" if number == 3 else "",
    }
