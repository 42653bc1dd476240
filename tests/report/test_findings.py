"""The list of failures in the gallery: by peer and requirement, with the packets that show each."""

from __future__ import annotations

from tests.gallery import findings

HEADERS = "00" * 28


def test_a_failure_is_told_by_its_last_packets_without_our_farewell():
    packets = [
        _sent("ACK 2", "00040002"),
        _heard("DATA 3 / Raw", "00030003"),
        _sent("ERROR b'never mind'", "0005"),
    ]
    [row] = _rows(_test("Aside ended in WENT_ON", packets))
    assert "| 1 sent ACK 2; 2 received DATA 3 / Raw; so: Aside ended in WENT_ON |" in row


def test_what_came_twice_is_told_both_times():
    packets = [
        _heard("DATA 1 / Raw", "0003000161"),
        _sent("ACK 1", "00040001"),
        _heard("DATA 1 / Raw", "0003000161"),
    ]
    [row] = _rows(_test("assert 2 == 1", [*packets, _sent("ACK 1", "00040001")]))
    assert "| 1 received DATA 1 / Raw; 3 received DATA 1 / Raw; so: assert 2 == 1 |" in row


def test_failures_of_one_kind_are_one_row():
    [row] = _rows(_test("no", [], "t[a]"), _test("no", [], "t[b]"))
    assert row.endswith("| 2: `t[a]` |")


def test_what_passed_is_not_listed():
    assert _rows({**_test("", []), "verdict": "pass"}) == []


def _rows(*tests):
    return [line for line in findings.render({"tests": tests}).splitlines() if line.startswith("| RFC")]


def _test(reason, packets, name="t[p]"):
    return {
        "nodeid": f"file.py::{name}",
        "peer": "p",
        "verdict": "fail",
        "requirements": ["RFC-1"],
        "signature": "",
        "reason": reason,
        "runs": [{"packets": packets}],
    }


def _sent(summary, octets):
    return _packet("sent", summary, octets)


def _heard(summary, octets):
    return _packet("received", summary, octets)


def _packet(direction, summary, octets):
    return {
        "direction": direction,
        "summary": f"IP / UDP a:1 > b:2 / TFTP / {summary}",
        "hex": HEADERS + octets,
    }
