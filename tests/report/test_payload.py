"""What the page is given: nothing is lost that fits, and what does not fit is said."""

from __future__ import annotations

import base64
import gzip
import json
from typing import Any

import pytest
import synthetic

from pytest_atmt.report import details
from pytest_atmt.report.html import page
from pytest_atmt.report.interning import base_name
from pytest_atmt.report.payload import payload
from pytest_atmt.report.trust import measured, mutation


def opened(text: str) -> Any:
    return json.loads(gzip.decompress(base64.b64decode(text)))


def test_every_path_can_be_told_from_the_index() -> None:
    record = synthetic.record()
    index = opened(payload(record, 0).index)
    for test, runs in zip(record["tests"], index["tests"]["columns"]["runs"], strict=True):
        for run, (number, clock) in zip(test["runs"], runs, strict=True):
            automaton, first, *edges = index["paths"][number]
            taken = [index["automata"][automaton]["edges"][n] for n in edges]
            assert [first, *(target for *_, target in taken)] == [step[3] for step in run["steps"]]
            assert clock == run["clock"]


def test_details_hold_every_packet_where_there_is_room() -> None:
    record = synthetic.record()
    made = payload(record)
    index, blocks = opened(made.index), [opened(block) for block in made.blocks]
    for test, (block, place) in zip(record["tests"], index["tests"]["columns"]["block"], strict=True):
        shown = blocks[block][place]
        for run, of in zip(test["runs"], shown.get("runs", []), strict=True):
            assert [p["hex"] for p in run["packets"]] == [row[7] for row in of["packets"]]


def test_room_goes_to_what_did_not_pass_first() -> None:
    record = synthetic.record(400, 20)
    made = payload(record, 40_000)
    assert sum(map(len, made.blocks)) <= 40_000
    blocks = opened(made.index)["tests"]["columns"]["block"]
    assert all(blocks[:20])
    assert None in blocks[20:]


def test_without_room_even_failures_keep_their_reason_and_path() -> None:
    index = opened(payload(synthetic.record(), 0).index)
    assert index["tests"]["columns"]["block"] == [None] * 40
    assert any("nonsense came" in reason for reason in index["tests"]["reasons"])


def test_fifty_thousand_tests_are_less_than_eight_megabytes() -> None:
    assert len(page(synthetic.record(50_000, 1_000))) < 8_000_000


def test_a_record_without_the_newest_keys_is_shown_too() -> None:
    record = synthetic.record()
    old = {k: record[k] for k in ("suite", "outcome", "peers", "requirements", "tests")}
    old["tests"] = [
        {k: t[k] for k in ("nodeid", "peer", "verdict", "requirements", "runs")} for t in record["tests"]
    ]
    assert len(opened(payload(old).index)["tests"]["columns"]["name"]) == 40


@pytest.mark.parametrize(
    ("nodeid", "base"),
    [
        ("f.py::t[hpa]", "f.py::t"),
        ("f.py::t[hpa-1-2]", "f.py::t[1-2]"),
        ("f.py::t[hpa--1]", "f.py::t[-1]"),
        ("f.py::t[1-hpa]", "f.py::t[1]"),
        ("f.py::t[1-hpa-2]", "f.py::t[1-2]"),
        ("f.py::t[hpa2-1]", "f.py::t[hpa2-1]"),
        ("f.py::t", "f.py::t"),
    ],
)
def test_a_tests_base_name_is_the_same_for_every_peer(nodeid: str, base: str) -> None:
    assert base_name(nodeid, "hpa") == base


def test_a_long_conversation_keeps_its_beginning_and_its_end() -> None:
    packets = [{"at": float(n), "state": "S", "hex": ""} for n in range(1000)]
    shown = details.of_run({"steps": [[0.0, "", "", "S"]], "packets": packets})
    assert [row[0] for row in shown["packets"]] == [float(n) for n in (*range(200), *range(800, 1000))]
    assert (shown["count"], shown["skipped"]) == (1000, [200, 600])


def test_how_late_the_tester_was_is_told_of_real_time_alone() -> None:
    runs = [
        {"clock": "real", "lateness": 0.002},
        {"clock": "real", "lateness": 0.001},
        {"clock": "virtual", "lateness": 9.0},
    ]
    assert measured([{"runs": runs}])["lateness"].startswith("the tester was at most 2.0 ms late")
    assert measured([]) == {"checks": []}


def test_frames_that_were_lost_are_told_and_so_is_that_somebody_counted() -> None:
    assert (
        measured([{"runs": [{"lost": 0}, {"lost": 0}]}])["losses"] == "no frame (counted in 2 conversations)"
    )
    assert measured([{"runs": [{"lost": 2}, {}]}])["losses"].startswith("2 frames were lost by this machine")
    assert "losses" not in measured([{"runs": [{}]}])


def test_a_mutation_score_says_whether_the_suite_has_changed_since() -> None:
    score = {"killed": 76, "of": 76, "date": "2026-11-24", "suite": "aa"}
    same, other = ({"mutants": score, "suite": {"sha256": sha}} for sha in ("aa", "bb"))
    assert mutation([same])["mutants"] == "76 of 76 wrong peers found (2026-11-24, this version of the suite)"
    assert mutation([other])["mutants"].endswith("(2026-11-24, an earlier version of the suite)")
    assert mutation([{}]) == mutation([]) == {}
