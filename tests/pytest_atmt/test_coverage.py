"""Coverage: what counts as seen, over peers and workers, and the gates on it."""

from __future__ import annotations

import pytest

from pytest_atmt.coverage import of_automata, total
from pytest_atmt.settings import SettingError, coverage

PASSING = '@requirement("PING-1")\ndef test_it(ping):\n    ping()\n'
LOST = '@requirement("PING-1")\ndef test_lost(ping):\n    ping(ends="SILENCE", impair=[drop(direction="received")])\n'


def _append(suite, text):
    conftest = suite.pytester.path / "conftest.py"
    conftest.write_text(conftest.read_text() + text)


def _condition(state, name, kind, *actions):
    return {"state": state, "name": name, "kind": kind, "actions": list(actions)}


GRAPH = {
    "states": {"A": {"initial": True}, "B": {}, "C": {"final": True}, "STOP": {"stop": True}},
    "edges": [["A", "ready", "B"], ["B", "small", "B"], ["B", "big", "C"], ["B", "late", "C"]],
    "conditions": [
        _condition("A", "hurry", "condition"),
        _condition("A", "ready", "condition", "note"),
        _condition("B", "small", "receive condition", "count", "print"),
        _condition("B", "big", "receive condition"),
        _condition("B", "late", "timeout"),
        _condition("B", "tick", "timer"),
    ],
}


def _run(*steps, packets=()):
    states = [("", "", "A"), *steps]
    return {
        "automaton": "X",
        "steps": [[float(i), *step] for i, step in enumerate(states)],
        "packets": [{"at": at, "direction": "received", "state": s, "via": v} for at, s, v in packets],
    }


def _covered(*runs):
    return of_automata({"X": GRAPH}, runs)["X"]


ENTERED = ("A", "ready", "B")


def test_nothing_run_is_nothing_seen_but_everything_counted():
    found = _covered()
    assert {k: (found[k]["seen"], found[k]["of"]) for k in ("states", "transitions", "pairs")} == {
        "states": (0, 4),
        "transitions": (0, 4),
        "pairs": (0, 6),
    }


def test_states_transitions_and_pairs_are_counted_as_taken():
    found = _covered(_run(ENTERED, ("B", "small", "B"), ("B", "big", "C")))
    assert found["states"]["hits"] == {"A": 1, "B": 2, "C": 1}
    assert found["transitions"]["missing"] == ["B -late-> C"]
    assert found["pairs"]["hits"] == {"A -ready-> B -small-> B": 1, "B -small-> B -big-> C": 1}


def test_actions_run_when_their_condition_fires():
    assert _covered(_run(ENTERED))["actions"]["missing"] == [
        "count after small in B",
        "print after small in B",
    ]


def test_a_timer_that_can_lead_nowhere_is_not_counted():
    found = _covered(_run(ENTERED, ("B", "late", "C")))["timers"]
    assert (found["seen"], found["of"]) == (1, 1)


def test_a_condition_tried_before_the_one_that_fired_declined():
    assert _covered(_run(ENTERED))["guards"]["hits"] == {"hurry in A: declined": 1, "ready in A: fired": 1}


def test_a_packet_that_a_later_condition_took_was_declined_by_the_earlier():
    hits = _covered(_run(ENTERED, ("B", "big", "C"), packets=[(1.5, "B", "big")]))["guards"]["hits"]
    assert hits["small in B: declined"] == hits["big in B: fired"] == 1
    assert "small in B: fired" not in hits


def test_a_packet_that_none_took_was_declined_by_all():
    hits = _covered(_run(ENTERED, ("B", "late", "C"), packets=[(1.5, "B", "")]))["guards"]["hits"]
    assert hits["small in B: declined"] == hits["big in B: declined"] == 1


def test_a_transition_not_seen_in_the_code_is_reported_but_being_stopped_is_none():
    found = _covered(_run(("A", "hurry", "C")), _run(ENTERED, ("B", "", "STOP")))
    assert found["unforeseen"] == ["A -hurry-> C"]
    assert found["transitions"]["of"] == 4


def test_sums_are_over_all_automata():
    both = of_automata({"X": GRAPH, "Y": GRAPH}, [_run(ENTERED)])
    assert total(both, "transitions") == (1, 8)


def test_a_run_reports_what_it_covered_by_peer_and_altogether(suite):
    suite.peer("twin", '[peer]\nname = "twin"\nadapter = "reference"\n')
    suite.run(PASSING + LOST, "--peer", "reference", "--peer", "twin", "-k", "lost or twin")
    found = suite.record()["coverage"]
    assert found["total"]["Ping"]["timers"]["seen"] == 1
    assert found["total"]["Ping"]["states"]["seen"] == 4
    assert found["peers"]["reference"]["Ping"]["states"]["missing"] == ["END", "NONSENSE"]
    assert found["peers"]["twin"]["Ping"]["states"]["hits"]["BEGIN"] == 2


IDLE = """
class Idle(Automaton):
    @ATMT.state(initial=True)
    def BEGIN(self):
        raise self.END()

    @ATMT.state(final=True)
    def END(self):
        pass

idle = automaton(Idle)
"""


def test_an_automaton_that_no_test_uses_counts_all_the_same(suite):
    _append(suite, IDLE)
    suite.run(PASSING, "-v").stdout.fnmatch_lines(["Idle: 0 of 2 states, 0 of 1 transitions*"])
    suite.run(PASSING).stdout.fnmatch_lines(["  ran in no test: Idle"])


HEIR = """
class Heir(Ping):
    @ATMT.timeout(Ping.WAITING, 2)
    def hurry(self):
        raise self.HURRIED()

    @ATMT.state(final=True)
    def HURRIED(self):
        pass

heir = automaton(Heir)
"""


def test_what_a_class_inherits_counts_once(suite):
    suite.run(PASSING)
    alone = suite.record()["coverage"]["total"]["Ping"]
    _append(suite, HEIR)
    suite.run(PASSING)
    found = suite.record()["coverage"]["total"]
    assert found["Ping"] == alone
    assert (found["Heir"]["states"]["of"], found["Heir"]["transitions"]["of"]) == (1, 1)
    assert found["Heir"]["transitions"]["missing"] == ["WAITING -hurry-> HURRIED"]


def test_what_was_seen_of_an_heir_was_seen_of_its_base(suite):
    _append(suite, HEIR)
    suite.run('@requirement("PING-1")\ndef test_it(heir):\n    heir()\n')
    found = suite.record()["coverage"]["total"]["Ping"]["states"]
    assert (found["seen"], found["of"]) == (3, 5)
    assert found["hits"] == {"BEGIN": 1, "END": 1, "WAITING": 1}


TWIN = """
class Other:
    class Ping(Automaton):
        @ATMT.state(initial=True)
        def BEGIN(self):
            raise self.END()

        @ATMT.state(final=True)
        def END(self):
            pass

other = automaton(Other.Ping)
"""


def test_two_classes_of_one_name_are_two_automata(suite):
    _append(suite, TWIN)
    suite.run(PASSING + '\n@requirement("PING-2")\ndef test_other(other):\n    other()\n')
    record = suite.record()
    assert {name: len(graph["states"]) for name, graph in record["automata"].items()} == {
        "conftest:Ping": 5,
        "conftest:Other.Ping": 2,
    }
    assert [t["runs"][0]["automaton"] for t in record["tests"]] == ["conftest:Ping", "conftest:Other.Ping"]
    assert record["coverage"]["total"]["conftest:Other.Ping"]["states"]["seen"] == 2


def test_workers_cover_what_one_process_does(suite):
    suite.run(PASSING + LOST)
    alone = suite.record()
    suite.pytester.runpytest_subprocess("-n2", "-p", "no:cacheprovider")
    assert suite.record()["coverage"] == alone["coverage"]
    assert [t["nodeid"] for t in suite.record()["tests"]] == [t["nodeid"] for t in alone["tests"]]


def test_a_missed_coverage_gate_is_exit_8(suite):
    result = suite.run(PASSING, "--atmt-cov-fail-under", "80")
    assert result.ret == 8
    result.stdout.fnmatch_lines(
        ["coverage of transitions (exit code 8): 2 of 4 transitions (50.0 %), at least 80 % asked for"]
    )


def test_a_coverage_gate_that_holds_is_exit_0(suite):
    assert suite.run(PASSING, "--atmt-cov-fail-under", "transitions=50,states=60,requirements=50").ret == 0


def test_one_of_several_coverage_gates_is_enough_to_miss(suite):
    assert suite.run(PASSING, "--atmt-cov-fail-under", "transitions=50,timers=1").ret == 8


def test_a_failure_outweighs_a_missed_coverage_gate(suite):
    assert (
        suite.run(PASSING.replace("ping()", "ping(ends='SILENCE')"), "--atmt-cov-fail-under", "99").ret == 1
    )


@pytest.mark.parametrize("text", ["lines=80", "eighty", "101", "states=", "-1"])
def test_a_gate_that_makes_no_sense_is_refused(text):
    with pytest.raises(SettingError, match="--atmt-cov-fail-under"):
        coverage(text)


def test_a_gate_that_makes_no_sense_stops_the_run(suite):
    result = suite.run(PASSING, "--atmt-cov-fail-under", "lines=80")
    assert result.ret == 4
    result.stderr.fnmatch_lines(["*nothing is called 'lines'; choose among states, transitions, *"])
