"""What a suite's author or user gets wrong: a clear message that says what to do, and no green."""

from __future__ import annotations

PASSING = '@requirement("PING-1")\ndef test_it(ping):\n    ping()\n'


def test_a_misspelt_state_at_the_call_is_an_error(suite):
    result = suite.run('@requirement("PING-1")\ndef test_it(ping):\n    ping(ends="EDN")\n')
    assert result.ret == 1
    result.stdout.fnmatch_lines(
        ["*UnknownState: Ping has no state 'EDN'; it has BEGIN, WAITING, END*", "ERROR *"]
    )


def test_a_misspelt_state_in_a_path_is_an_error_even_where_it_would_be_true(suite):
    result = suite.run('@requirement("PING-1")\ndef test_it(ping):\n    assert "WATING" not in ping().path\n')
    assert result.ret == 1
    result.stdout.fnmatch_lines(["*UnknownState: Ping has no state 'WATING'*", "ERROR *"])


def test_an_end_that_never_ends_is_an_error(suite):
    result = suite.run('@requirement("PING-1")\ndef test_it(ping):\n    ping(ends="WAITING")\n')
    result.stdout.fnmatch_lines(["*Ping never ends in 'WAITING'*", "ERROR *"])


def test_an_unknown_requirement_stops_the_run_and_suggests(suite):
    result = suite.run('@requirement("PING-11")\ndef test_it(ping):\n    ping()\n')
    assert result.ret == 2
    result.stdout.fnmatch_lines(["*requirement 'PING-11' is in no catalogue*did you mean PING-1*"])


def test_a_test_without_requirement_stops_the_run(suite):
    result = suite.run("def test_it(ping):\n    ping()\n")
    assert result.ret == 2
    result.stdout.fnmatch_lines(["*judges a peer but names no requirement; mark it @requirement(ID)*"])


def test_an_unknown_peer_lists_the_known_ones(suite):
    result = suite.run(PASSING, "--peer", "referense")
    assert result.ret == 4
    text = result.stdout.str() + result.stderr.str()
    assert "no peer is called 'referense'. Did you mean reference? Known peers: reference" in text


def test_a_wrong_statement_says_what_is_wrong(suite):
    suite.peer("odd", '[peer]\nadapter = "process"\n[process]\ncomand = ["x"]\n')
    result = suite.run(PASSING, "--peer", "odd")
    assert result.ret == 4
    assert "unknown key 'comand' in [process]; known are command" in result.stdout.str() + result.stderr.str()


def test_an_exception_in_the_automaton_is_ours_not_the_peers(suite):
    conftest = suite.pytester.path / "conftest.py"
    conftest.write_text(conftest.read_text().replace('if pkt[Raw].load == b"pong":', "if 1 / 0:"))
    result = suite.run(PASSING.replace("ping()", "ping()"), "--tb=short")
    assert result.ret == 1
    result.stdout.fnmatch_lines(["*ZeroDivisionError: division by zero", "ERROR *1 error of 1 tests"])


def test_an_exception_in_the_reference_peer_is_ours_too(suite):
    suite.behave("crash", greet="True")
    result = suite.run(PASSING)
    assert result.ret == 1
    result.stdout.fnmatch_lines(["*ValueError: the reference is broken", "ERROR *1 error of 1 tests"])


def test_a_returned_state_is_ours(suite):
    conftest = suite.pytester.path / "conftest.py"
    conftest.write_text(conftest.read_text().replace("raise self.END()", "return self.END()"))
    result = suite.run(PASSING)
    assert result.ret == 1
    result.stdout.fnmatch_lines(
        ["*receive_pong returned Transition(END) instead of raising it; write: raise self.END(*"]
    )


def test_two_initial_states_stop_the_collection(suite):
    conftest = suite.pytester.path / "conftest.py"
    conftest.write_text(conftest.read_text().replace("@ATMT.state()", "@ATMT.state(initial=True)", 1))
    result = suite.run(PASSING)
    assert result.ret == 4
    result.stderr.fnmatch_lines(["*Ping declares 2 initial states (BEGIN, WAITING); keep one"])


def test_a_duplicate_requirement_id_is_refused(suite):
    entry = '[[requirement]]\nid="PING-1"\nsection="1"\nlevel="MUST"\nrole="server"\ntext="x"\n'
    suite.catalogue('[standard]\nid="PING"\n' + entry * 2)
    result = suite.run(PASSING)
    assert result.ret == 4
    result.stderr.fnmatch_lines(["*requirement PING-1 is there twice; ids are unique"])


def test_an_unknown_level_is_refused(suite):
    entry = '[[requirement]]\nid="PING-1"\nsection="1"\nlevel="OUGHT"\nrole="server"\ntext="x"\n'
    suite.catalogue('[standard]\nid="PING"\n' + entry)
    assert "has level 'OUGHT'; choose one of MUST, MUST NOT" in suite.run(PASSING).stderr.str()
