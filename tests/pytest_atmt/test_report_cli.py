"""`atmt report`: merge, rebuild, diff and show."""

from __future__ import annotations

import json
import shutil
from importlib import resources
from pathlib import Path

import jsonschema
import pytest
from click.testing import CliRunner

from atmt.cli.group import atmt

PASSING = '@requirement("PING-1")\ndef test_it(ping):\n    ping()\n'
FAILING = PASSING.replace("ping()", 'ping(ends="SILENCE")')


@pytest.fixture
def kept(suite):
    """Runs the suite and keeps its record under a name."""

    def run(name, test, *args):
        suite.run(test, *args)
        return str(shutil.copy(suite.pytester.path / "reports/ping/report.json", suite.pytester.path / name))

    return run


def _load(path):
    document = json.loads(Path(path).read_text())
    schema = json.loads((resources.files("pytest_atmt") / "schema/report-1.json").read_text())
    jsonschema.validate(document, schema)  # merged, rebuilt and compared records are records
    return document


def _save(path, document):
    Path(path).write_text(json.dumps(document))


def _report(*args):
    return CliRunner().invoke(atmt, ["report", *args])


def test_show_prints_what_the_run_printed(kept):
    done = _report("show", kept("a.json", FAILING))
    assert done.exit_code == 1
    assert "requirements of ping" in done.output
    assert "FAIL        reference against ping: 1 fail of 1 tests" in done.output


def test_rebuild_changes_nothing_that_is_right_and_writes_reports(kept, tmp_path):
    path = kept("a.json", FAILING)
    before = _load(path)
    done = _report("rebuild", path, "--junit", str(tmp_path / "x.xml"), "--summary", str(tmp_path / "s.md"))
    assert done.exit_code == 1
    assert _load(path) == before
    assert 'failures="1"' in (tmp_path / "x.xml").read_text()
    assert "FAIL: ping" in (tmp_path / "s.md").read_text()


def test_rebuild_puts_right_what_does_not_follow(kept):
    path = kept("a.json", FAILING)
    document = _load(path) | {"outcome": "PASS", "exit_code": 0, "gates": []}
    _save(path, document)
    _report("rebuild", path)
    assert _load(path)["exit_code"] == 1


def test_merge_joins_peers(kept, suite):
    suite.peer("twin", '[peer]\nname = "twin"\nadapter = "reference"\n')
    one = kept("a.json", PASSING)
    other = kept("b.json", PASSING, "--peer", "twin")
    out = suite.pytester.path / "all.json"
    done = _report("merge", one, other, "-o", str(out))
    assert (done.exit_code, done.output.startswith("PASS:")) == (0, True)
    document = json.loads(out.read_text())
    assert list(document["peers"]) == ["reference", "twin"]
    assert document["requirements"]["PING-1"]["verdicts"] == {"reference": "pass", "twin": "pass"}
    assert document["coverage"]["total"]["Ping"]["states"]["hits"]["BEGIN"] == 2


def test_a_merge_does_not_heal_a_failure(kept, suite, monkeypatch):
    test = PASSING.replace("ping()", 'ping(ends="SILENCE" if __import__("os").environ.get("BAD") else None)')
    good = kept("good.json", test)
    monkeypatch.setenv("BAD", "1")
    bad = kept("bad.json", test)
    done = _report("merge", bad, good, "-o", str(suite.pytester.path / "all.json"))
    assert (done.exit_code, done.output.partition(":")[0]) == (1, "FAIL")


def test_a_merge_finds_what_the_other_part_was_missing(kept, suite):
    two = PASSING + PASSING.replace("test_it", "test_two")
    parts = [kept(f"{name}.json", two, "-k", name) for name in ("test_two", "not test_two")]
    done = _report("merge", *parts, "-o", str(suite.pytester.path / "all.json"))
    document = json.loads((suite.pytester.path / "all.json").read_text())
    assert done.exit_code == 0
    assert len(document["tests"]) == 2
    assert document["selection"]["deselected"] == []


def test_different_catalogues_are_not_merged(kept, suite):
    one = kept("a.json", PASSING)
    catalogue = suite.pytester.path / "requirements/ping.toml"
    catalogue.write_text(catalogue.read_text().replace("is answered", "must be answered"))
    done = _report("merge", one, kept("b.json", PASSING), "-o", "all.json")
    assert done.exit_code == 2
    assert "these records come from different versions of the" in done.output


def test_one_name_for_two_peers_is_not_merged(kept, suite):
    one = kept("a.json", PASSING)
    document = _load(one)
    document["peers"]["reference"]["provenance"] = {"version": "1"}
    _save(one, document)
    document["peers"]["reference"]["provenance"] = {"version": "2"}
    (suite.pytester.path / "b.json").write_text(json.dumps(document))
    done = _report("merge", one, str(suite.pytester.path / "b.json"), "-o", "all.json")
    assert done.exit_code == 2
    assert "reference" in done.output


def test_diff_says_nothing_of_equal_runs(kept):
    done = _report("diff", kept("a.json", FAILING), kept("b.json", FAILING))
    assert (done.exit_code, done.output) == (0, "no test changed\n")


def test_diff_of_a_repaired_test_is_exit_0(kept):
    done = _report("diff", kept("a.json", FAILING), kept("b.json", PASSING))
    assert done.exit_code == 0
    assert "fixed: test_it.py::test_it[reference]: fail -> pass" in done.output


def test_diff_of_a_lost_verdict_is_exit_6(kept, suite):
    before = kept("a.json", PASSING)
    suite.behave(None)
    done = _report("diff", before, kept("b.json", PASSING))
    assert done.exit_code == 6
    assert "lost: test_it.py::test_it[reference]: pass -> inconclusive" in done.output


def test_diff_of_another_failure_of_the_same_test_is_exit_1(kept, suite):
    before = kept("a.json", FAILING)
    suite.behave("what?", greet="True")
    done = _report("diff", before, kept("b.json", FAILING))
    assert done.exit_code == 1
    assert (
        "other failure: test_it.py::test_it[reference]: Ping ended in END -> Ping ended in NONSENSE"
        in done.output
    )


@pytest.mark.parametrize("text", ["{", "[]", '{"schema": 99}'])
def test_what_is_no_record_is_refused(tmp_path, text):
    (tmp_path / "odd.json").write_text(text)
    done = _report("show", str(tmp_path / "odd.json"))
    assert done.exit_code == 2
    assert "odd.json" in done.output


def test_a_record_alone_is_enough_for_every_report(kept, tmp_path):
    done = _report(kept("a.json", FAILING), "-o", str(tmp_path / "out"))
    assert (done.exit_code, done.output) == (1, f"FAIL: {tmp_path / 'out' / 'index.html'}\n")
    made = {path.name for path in (tmp_path / "out").iterdir()}
    assert made >= {"report.json", "index.html", "junit.xml", "summary.md"}


def test_several_records_and_one_before_them_become_one_report(kept, suite, tmp_path):
    suite.peer("twin", '[peer]\nname = "twin"\nadapter = "reference"\n')
    before = kept("before.json", PASSING)
    parts = [kept("a.json", FAILING), kept("b.json", FAILING, "--peer", "twin")]
    done = _report("-o", str(tmp_path), "--against", before, *parts)
    assert done.exit_code == 1, done.output
    document = _load(tmp_path / "report.json")
    assert list(document["peers"]) == ["reference", "twin"]
    assert [change["kind"] for change in document["delta"]["changes"]] == ["new failure"]


def test_show_is_short_on_request_and_names_all_on_request(kept):
    path = kept("a.json", FAILING)
    short, long = _report("show", "-q", path).output, _report("show", "-v", path).output
    assert "requirements of ping" not in short
    assert "what failed" in short
    assert "breaches never seen: " in long
