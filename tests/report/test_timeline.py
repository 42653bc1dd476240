"""The order of steps and packets, which their times alone do not tell."""

from __future__ import annotations

import random
from typing import Any

import synthetic

from pytest_atmt.report.timeline import events, places


def packet(at: float, state: str, via: str = "") -> dict[str, Any]:
    return {"at": at, "state": state, "via": via}


def test_a_packet_stands_before_the_step_that_it_caused() -> None:
    steps = [[0.0, "", "", "A"], [1.0, "A", "receive", "B"]]
    assert list(events({"steps": steps, "packets": [packet(1.0, "A", "receive")]})) == [
        ("step", 0),
        ("packet", 0),
        ("step", 1),
    ]


def test_a_packet_that_is_sent_late_still_belongs_to_its_state() -> None:
    """Both steps bear the time at which the run began, the packet that at which it left."""
    steps = [[0.0, "", "", "BEGIN"], [0.0, "BEGIN", "", "WAITING"]]
    assert places(steps, [packet(0.003, "BEGIN")]) == [1]


def test_a_retransmission_stands_in_the_second_visit_of_its_state() -> None:
    steps = [
        [0.0, "", "", "SEND"],
        [0.0, "SEND", "", "WAIT"],
        [3.0, "WAIT", "late", "SEND"],
        [3.0, "SEND", "", "WAIT"],
    ]
    assert places(steps, [packet(0.0, "SEND"), packet(3.0, "SEND")]) == [1, 3]


def test_packets_of_one_moment_follow_the_states() -> None:
    """In virtual time a whole transfer may have one time."""
    run = synthetic.conversation(random.Random(1), 5, True)
    for step in run["steps"]:
        step[0] = 0.0
    for one in run["packets"]:
        one["at"] = 0.0
    order = [run[f"{kind}s"][n] for kind, n in events(run)]
    states = [thing[3] if isinstance(thing, list) else thing["state"] for thing in order]
    assert states == sorted(states, key=["BEGIN", "REQUESTED", "RECEIVING", "END"].index)


def test_every_event_comes_once() -> None:
    for seed in range(30):
        run = synthetic.conversation(random.Random(seed), 1 + seed % 7, seed % 2 == 0)
        found = list(events(run))
        assert sorted(n for kind, n in found if kind == "packet") == list(range(len(run["packets"])))
        assert [n for kind, n in found if kind == "step"] == list(range(len(run["steps"])))


def test_a_record_of_a_run_that_never_began_has_no_events() -> None:
    assert list(events({"steps": [], "packets": []})) == []


def test_a_chatty_peer_is_put_in_order_as_any_other():
    turns = 50_000
    steps = [[0.0, None, None, "WAITING"]]
    steps += [[n / 1000, "WAITING", "hear", "WAITING"] for n in range(1, turns)]
    packets = [packet(n / 1000, "WAITING", "hear") for n in range(1, turns)]
    assert places(steps, packets) == list(range(1, turns))
