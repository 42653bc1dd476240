"""What a project keeps in its ini-file, and reports that others write."""

from __future__ import annotations

import pytest

TESTS = """
@requirement("PING-1")
def test_it(ping):
    ping()

@requirement("PING-2")
def test_should(ping):
    ping(ends="SILENCE")
"""


def test_a_key_stands_for_an_option(suite):
    suite.pytester.makeini("[pytest]\natmt_fail_on = any\n")
    assert suite.run(TESTS).ret == 1


def test_the_command_line_wins(suite):
    suite.pytester.makeini("[pytest]\natmt_fail_on = any\n")
    assert suite.run(TESTS, "--atmt-fail-on", "must").ret == 0


def test_the_command_line_wins_also_with_what_would_be_so_without_it(suite):
    suite.pytester.makeini("[pytest]\natmt_html = yes\natmt_capture = never\n")
    suite.run(TESTS + "    assert 0", "--atmt-capture", "failed")
    assert not (suite.pytester.path / "reports/ping/index.html").exists()
    assert list((suite.pytester.path / "reports/ping/captures").iterdir())


def test_a_truth_value_and_a_number_are_read_as_such(suite):
    suite.pytester.makepyprojecttoml("[tool.pytest]\natmt_fuzz = 7\natmt_baseline_update = false\n")
    suite.pytester.makeconftest(
        (suite.pytester.path / "conftest.py").read_text()
        + "\ndef pytest_report_header(config):\n    return repr((config.option.atmt_fuzz, config.option.atmt_seed))\n"
    )
    result = suite.run(TESTS)
    assert result.ret == 0
    result.stdout.fnmatch_lines(["(7, '0')"])


def test_every_option_may_stand_there(pytestconfig):
    options = pytestconfig._parser.getgroup("atmt").options
    keys = {o.dest if o.dest.startswith("atmt_") else f"atmt_{o.dest}" for o in options}
    assert keys <= pytestconfig._parser._inidict.keys()
    assert len(keys) > 15


def test_the_peer_may_be_kept_there(suite):
    suite.pytester.makeini("[pytest]\natmt_peer = nobody\n")
    result = suite.run(TESTS)
    assert "no peer is called 'nobody'" in result.stdout.str() + result.stderr.str()


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("atmt_fail_onn = any", "unknown key atmt_fail_onn; did you mean atmt_fail_on?"),
        ("atmt_fail_on = some", "atmt_fail_on is 'some'; choose one of any, must, new"),
        ("atmt_fuzz = many", "atmt_fuzz: invalid literal for int() with base 10: 'many'"),
        ("atmt_fuzz = -1", "atmt_fuzz is -1, which makes no sense there"),
        ("atmt_baseline_update = perhaps", "atmt_baseline_update: invalid truth value 'perhaps'"),
    ],
)
def test_a_wrong_key_or_value_is_told(suite, line, said):
    suite.pytester.makeini(f"[pytest]\n{line}\n")
    result = suite.run(TESTS)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert said in result.stdout.str() + result.stderr.str()


@pytest.mark.parametrize("workers", [(), ("-n2",)])
def test_a_plugin_writes_a_report_of_its_own(suite, workers):
    suite.pytester.makepyfile(
        mine="def pytest_atmt_report(document, folder):\n"
        "    with open(folder / 'mine.txt', 'a') as out:\n"
        "        out.write(f\"{document['outcome']} {len(document['tests'])}\\n\")\n"
    )
    suite.pytester.makepyfile(test_it=f"from pytest_atmt import requirement\n{TESTS}")
    suite.pytester.runpytest_subprocess("-p", "mine", "-p", "no:cacheprovider", *workers)
    assert (suite.pytester.path / "reports/ping/mine.txt").read_text() == "PASS WITH FINDINGS 2\n"
