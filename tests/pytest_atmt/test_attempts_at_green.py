"""Attempts to have a run turn green that proves nothing: options, hooks, skips, files that hide; none succeeds."""

from __future__ import annotations

import pytest

PASSING = '@requirement("PING-1")\ndef test_it(ping):\n    ping()\n'
FAILING = '@requirement("PING-1")\ndef test_bad(ping):\n    ping(ends="SILENCE")\n'
HEAD = "import pytest\nfrom pytest_atmt import requirement\n"


def _conftest(suite, text):
    conftest = suite.pytester.path / "conftest.py"
    conftest.write_text(f"import pytest\n{conftest.read_text()}\n{text}\n")


def _beside(suite, text=HEAD + FAILING, name="test_other.py"):
    path = suite.pytester.path / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)
    return path


def _incomplete(suite, result, *absent):
    assert result.ret == 6
    assert suite.record()["outcome"] == "INCOMPLETE"
    found = suite.record()["selection"]["absent"]
    assert len(found) == len(absent)
    for name, start in zip(found, absent, strict=True):
        assert name.startswith(start)


# -- tests that hide


@pytest.mark.parametrize(
    "skip", ["pytest.skip('later', allow_module_level=True)", "pytest.importorskip('no_such_module')"]
)
def test_a_module_that_skips_itself_is_missed(suite, skip):
    _beside(suite, f"import pytest\n{skip}\n{HEAD}{FAILING}")
    result = suite.run(PASSING)
    _incomplete(suite, result, "test_other.py (skipped: ")
    result.stdout.fnmatch_lines(["*1 of the suite's tests were not collected: test_other.py (skipped: *"])


def test_a_module_that_skips_itself_is_missed_where_workers_run_tests(suite):
    _beside(suite, f"import pytest\npytest.skip('later', allow_module_level=True)\n{HEAD}{FAILING}")
    suite.run(PASSING)
    assert suite.pytester.runpytest_subprocess("-n1", "-p", "no:cacheprovider").ret == 6


def test_a_suite_whose_modules_all_skip_themselves_is_missed(suite):
    _beside(
        suite, f"import pytest\npytest.skip('later', allow_module_level=True)\n{HEAD}{FAILING}", "test_it.py"
    )
    assert suite.pytester.runpytest_inprocess("-p", "no:hypothesispytest").ret != 0


def test_a_file_that_a_conftest_ignores_is_missed(suite):
    _beside(suite)
    _conftest(suite, 'collect_ignore = ["test_other.py"]')
    _incomplete(suite, suite.run(PASSING), "test_other.py::test_bad")


def test_a_file_that_a_hook_ignores_is_missed(suite):
    _beside(suite)
    _conftest(
        suite,
        "def pytest_ignore_collect(collection_path):\n    return 'other' in str(collection_path) or None",
    )
    _incomplete(suite, suite.run(PASSING), "test_other.py::test_bad")


def test_a_test_that_a_hook_removes_is_missed(suite):
    _conftest(suite, "def pytest_collection_modifyitems(items):\n    del items[1:]")
    _incomplete(suite, suite.run(PASSING + FAILING), "test_it.py::test_bad[reference]")


@pytest.mark.parametrize("option", ["python_functions=test_it*", "python_files=test_it.py"])
def test_tests_that_a_setting_hides_are_missed(suite, option):
    _beside(suite)
    _incomplete(suite, suite.run(PASSING, "-o", option), "test_other.py::test_bad")


@pytest.mark.parametrize(
    "args", [["--ignore=test_other.py"], ["-k", "not bad"], ["--deselect=test_other.py"], ["test_it.py"]]
)
def test_tests_left_out_by_request_make_it_a_part_and_that_is_said(suite, args):
    _beside(suite)
    result = suite.run(PASSING, *args)
    assert result.ret == 0
    assert suite.record()["selection"]["whole"] is False
    result.stdout.fnmatch_lines(["PASS *: 1 pass of 1 tests, a part of the suite*"])


def test_a_test_parametrized_to_nothing_is_an_error(suite):
    nothing = "@pytest.mark.parametrize('n', [])\n" + FAILING.replace("(ping)", "(ping, n)")
    assert suite.run(PASSING + nothing).ret == 1
    assert suite.record()["outcome"] == "ERROR"


def test_an_empty_suite_is_not_green(suite):
    assert suite.run("").ret == 5


# -- runs that judge nothing


def test_collecting_alone_is_no_gate(suite):
    result = suite.run(PASSING, "--collect-only", "--atmt-require=MUST", "--atmt-junit", "x.xml")
    assert result.ret == 4
    result.stderr.fnmatch_lines(
        ["*--collect-only judges nothing: leave it out, or --atmt-require, --atmt-junit"]
    )


@pytest.mark.parametrize("option", ["--collect-only", "--fixtures"])
def test_looking_at_tests_leaves_the_record_alone(suite, option):
    suite.run(FAILING)
    before = suite.record()
    suite.run(FAILING, option)
    assert suite.record() == before


@pytest.mark.parametrize("option", ["--setup-only", "--setup-plan"])
def test_a_run_of_fixtures_alone_is_incomplete(suite, option):
    assert suite.run(PASSING, option).ret == 6
    assert suite.record()["missing"]


def test_last_failed_of_nothing_that_failed_is_the_whole_suite(suite):
    result = suite.pytester.runpytest_inprocess  # with pytest's cache, which suite.run leaves out
    suite.run(PASSING)
    assert result("--lf", "--atmt-html=no").ret == 0
    assert len(suite.record()["tests"]) == 1


# -- parts of ours switched off


@pytest.mark.parametrize("part", ["books", "witness", "roll-call", "session", "controller", "fuzzing"])
def test_no_part_of_the_gate_can_be_switched_off_alone(suite, part):
    result = suite.run(FAILING, "-p", f"no:atmt-{part}")
    assert result.ret not in (0, 1)
    assert "would leave verdicts ungated" in str(result.stderr) + str(result.stdout)


def test_without_the_plugin_a_suite_cannot_be_run(suite):
    suite.pytester.makepyfile(test_it=HEAD + PASSING)
    assert suite.pytester.runpytest_subprocess("-p", "no:atmt").ret not in (0, 5)


@pytest.mark.parametrize(
    "part", ["terminal", "junitxml", "skipping", "assertion", "cacheprovider", "logging"]
)
def test_the_gate_needs_no_other_plugin(suite, part):
    suite.pytester.makepyfile(test_it=HEAD + FAILING)
    assert suite.pytester.runpytest_subprocess("-p", f"no:{part}").ret == 1


# -- hooks and tests that swallow

SWALLOW = """
@pytest.hookimpl(wrapper=True)
def {hook}({argument}):
    try:
        return (yield)
    except BaseException:
        return {value}
"""


@pytest.mark.parametrize(
    ("hook", "argument", "value"),
    [("pytest_runtest_call", "item", "None"), ("pytest_pyfunc_call", "pyfuncitem", "True")],
)
@pytest.mark.parametrize("body", ["assert ping().state == 'SILENCE'", "1 / 0", "ping(ends='SILENCE')"])
def test_a_hook_that_swallows_what_a_test_raises_hides_nothing(suite, hook, argument, value, body):
    _conftest(suite, SWALLOW.format(hook=hook, argument=argument, value=value))
    assert suite.run(f'@requirement("PING-1")\ndef test_it(ping):\n    ping()\n    {body}\n').ret == 1


def test_a_test_that_swallows_its_own_failure_fails(suite):
    swallowing = '    try:\n        ping(ends="SILENCE")\n    except AssertionError:\n        pass\n'
    assert suite.run(f'@requirement("PING-1")\ndef test_it(ping):\n{swallowing}').ret == 1
    assert suite.record()["tests"][0]["verdict"] == "fail"


def test_a_hook_that_makes_reports_green_hides_nothing(suite):
    _conftest(
        suite,
        "@pytest.hookimpl(wrapper=True, tryfirst=True)\ndef pytest_runtest_makereport():\n"
        "    report = yield\n    report.outcome = 'passed'\n    return report",
    )
    assert suite.run(FAILING).ret == 1


@pytest.mark.parametrize("first", ["tryfirst", "trylast"])
def test_a_hook_that_sets_the_exit_code_does_not_better_it(suite, first):
    _conftest(
        suite,
        f"@pytest.hookimpl({first}=True)\ndef pytest_sessionfinish(session):\n    session.exitstatus = 0",
    )
    assert suite.run(FAILING).ret == 1


def test_a_hook_that_runs_no_test_is_incomplete(suite):
    _conftest(suite, "def pytest_runtest_protocol(item):\n    return True")
    assert suite.run(PASSING).ret == 6
    assert len(suite.record()["missing"]) == 1


def test_a_hook_that_calls_no_test_is_an_error(suite):
    _conftest(suite, "@pytest.hookimpl(tryfirst=True)\ndef pytest_pyfunc_call(pyfuncitem):\n    return True")
    assert suite.run(PASSING).ret == 1
    assert "judged nothing" in suite.record()["tests"][0]["reason"]


def test_a_test_that_is_tried_again_until_it_passes_failed(suite):
    _conftest(
        suite,
        "from _pytest.runner import runtestprotocol\ntries = []\n"
        "def pytest_runtest_protocol(item, nextitem):\n"
        "    runtestprotocol(item, nextitem=nextitem)\n    runtestprotocol(item, nextitem=nextitem)\n"
        "    return True",
    )
    flaky = 'TRIES = []\n@requirement("PING-1")\ndef test_it(ping):\n    ping()\n    TRIES.append(1)\n'
    assert suite.run(flaky + "    assert len(TRIES) > 1\n").ret == 1
    assert [t["verdict"] for t in suite.record()["tests"]] == ["fail"]


# -- interruptions


@pytest.mark.parametrize(
    ("end", "code"),
    [("raise KeyboardInterrupt", 2), ("pytest.exit('now', 0)", 6), ("raise SystemExit(0)", 1)],
)
def test_a_run_that_is_cut_off_is_not_green_and_names_what_is_missing(suite, end, code):
    cut = f'@requirement("PING-1")\ndef test_cut(ping):\n    {end}\n'
    suite.pytester.makepyfile(test_it=HEAD + PASSING + cut + FAILING)
    assert suite.pytester.runpytest_subprocess("-p", "no:cacheprovider").ret == code
    assert suite.record()["outcome"] != "PASS"
    assert suite.record()["missing"] or code == 1


@pytest.mark.parametrize("args", [(), ("-n1",)])
def test_a_run_that_is_left_without_a_word_is_not_green(suite, args):
    suite.run(PASSING)
    _beside(suite, f"import os\n{HEAD}{FAILING.replace('ping(ends', 'os._exit(0); ping(ends')}")
    result = suite.pytester.runpytest_subprocess(*args, "-p", "no:cacheprovider")
    assert result.ret == 1


def test_a_child_that_a_test_forks_leaves_as_it_likes(suite):
    forks = "pid = os.fork()\n    pid or os._exit(0)\n    assert os.waitpid(pid, 0)[1] == 0\n    ping()"
    suite.run("import os\n" + PASSING.replace("ping()", forks, 1))
    assert suite.pytester.runpytest_subprocess("-p", "no:cacheprovider").ret == 0


@pytest.mark.parametrize("args", [["-x"], ["--maxfail=1"]])
def test_a_run_that_stops_early_names_what_is_missing(suite, args):
    assert suite.run(FAILING + PASSING, *args).ret in (1, 2)
    assert len(suite.record()["missing"]) == 1


@pytest.mark.parametrize("phase", ["    1 / 0\n    yield\n", "    yield\n    1 / 0\n"])
def test_a_fixture_that_raises_is_an_error(suite, phase):
    fixture = f"@pytest.fixture\ndef broken():\n{phase}"
    assert suite.run(fixture + PASSING.replace("(ping)", "(ping, broken)", 1)).ret == 1
    assert suite.record()["outcome"] == "ERROR"


# -- several suites, several peers


def _second(suite, name="pong"):
    """A second suite, in a folder beside the first one's tests."""
    path = suite.pytester.path
    for part in ("requirements/ping.toml", "peers/reference.toml"):
        _beside(suite, "", "second/x").with_name(part.partition("/")[0]).mkdir(exist_ok=True)
        (path / "second" / part).write_text((path / part).read_text())
    (path / "second/conftest.py").write_text(
        (path / "conftest.py").read_text().replace('name="ping"', f'name="{name}"')
    )
    return path / "second"


def test_two_suites_have_a_record_each_also_in_one_folder(suite):
    folder = _second(suite)
    (folder / "test_more.py").write_text(HEAD + FAILING)
    assert suite.run(PASSING, "--atmt-report", "out", "--import-mode=importlib").ret == 1
    assert {path.parent.name for path in suite.pytester.path.glob("out/*/report.json")} == {"ping", "pong"}


def test_two_suites_of_one_name_are_refused(suite):
    folder = _second(suite, "ping")
    (folder / "test_more.py").write_text(HEAD + FAILING)
    result = suite.run(PASSING, "--import-mode=importlib")
    assert result.ret in (2, 4)
    assert "both call themselves suite 'ping'" in str(result.stdout) + str(result.stderr)


def test_a_second_suite_that_hides_all_its_tests_is_missed(suite):
    folder = _second(suite)
    (folder / "test_more.py").write_text(
        f"import pytest\npytest.skip('x', allow_module_level=True)\n{HEAD}{FAILING}"
    )
    result = suite.run(PASSING, "--import-mode=importlib")
    assert result.ret == 6
    result.stdout.fnmatch_lines(["*none of the suite's tests was collected*"])


def test_peers_of_one_name_in_two_suites_are_two_peers(suite):
    folder = _second(suite)
    (folder / "test_more.py").write_text(HEAD + PASSING)
    conftest = folder / "conftest.py"
    conftest.write_text(conftest.read_text().replace("ANSWER = 'pong'", "ANSWER = None"))
    assert suite.run(PASSING, "--import-mode=importlib").ret == 6


def test_a_peer_named_twice_is_judged_once(suite):
    suite.run(PASSING, "--peer", "reference", "--peer", "reference")
    assert len(suite.record()["tests"]) == 1


def test_all_installed_peers_are_not_none(suite):
    (suite.pytester.path / "peers/reference.toml").unlink()
    suite.peer("ghost", '[peer]\nadapter = "process"\n[process]\ncommand = ["no-such-program-anywhere"]\n')
    result = suite.run(PASSING, "--peer", "all")
    assert result.ret == 4
    result.stderr.fnmatch_lines(["*--peer all: none of the peers of suite ping is installed: ghost*"])
