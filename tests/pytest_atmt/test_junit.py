"""JUnit: nothing is lost, nothing that was not judged is green, whichever file it is."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

TESTS = """
@requirement("PING-1")
def test_pass(ping):
    ping()

@requirement("PING-1")
def test_fail(ping):
    ping(ends="SILENCE")

@requirement("PING-2")
def test_finding(ping):
    ping(ends="SILENCE")

@requirement("PING-1")
def test_error(ping):
    1 / 0

@requirement("PING-1")
def test_inconclusive(ping):
    raise Inconclusive("lost it")

@requirement("PING-1")
def test_could_not_run(ping):
    raise CouldNotRun("no cable")

@requirement("PING-1", "PING-2")
def test_not_applicable(ping):
    raise NotApplicable("says so")
"""
IMPORTS = "from pytest_atmt import CouldNotRun, Inconclusive, NotApplicable"
EXPECTED = {
    "test_pass": None,
    "test_fail": ("failure", "fail"),
    "test_finding": None,
    "test_error": ("error", "error"),
    "test_inconclusive": ("error", "inconclusive"),
    "test_could_not_run": ("error", "could not run"),
    "test_not_applicable": ("skipped", "not applicable"),
}


def _cases(path):
    found = {}
    for case in ElementTree.parse(path).iter("testcase"):
        results = [(e.tag, e.get("type")) for e in case if e.tag in ("failure", "error", "skipped")]
        assert len(results) <= 1
        found[case.get("name").partition("[")[0]] = results[0] if results else None
    return found


def _properties(path, name):
    [case] = [c for c in ElementTree.parse(path).iter("testcase") if c.get("name").startswith(name)]
    return [(p.get("name"), p.get("value")) for p in case.iter("property")]


@pytest.fixture(params=["--junitxml", "--atmt-junit"])
def junit(request, suite):
    """Runs the tests and gives the path of the JUnit file of one kind."""

    def run(tests=TESTS, *args, imports=IMPORTS):
        suite.run(tests, f"{request.param}=out.xml", *args, imports=imports)
        return suite.pytester.path / "out.xml"

    return run


def test_each_verdict_is_what_it_should_be(junit):
    assert _cases(junit()) == EXPECTED


def test_the_counts_are_those_of_the_cases(junit):
    root = ElementTree.parse(junit()).getroot()
    [suite] = root.iter("testsuite")
    assert [int(suite.get(k)) for k in ("tests", "failures", "errors", "skipped")] == [7, 1, 3, 1]


def test_requirement_peer_and_verdict_are_properties(junit):
    found = _properties(junit(), "test_not_applicable")
    assert {
        ("atmt.requirement", "PING-1"),
        ("atmt.requirement", "PING-2"),
        ("atmt.peer", "reference"),
        ("atmt.verdict", "not applicable"),
    } <= set(found)


def test_a_failure_tells_its_story(junit):
    [failure] = ElementTree.parse(junit()).iter("failure")
    assert failure.get("message") == "Ping ended in END, not in SILENCE"
    assert "path     BEGIN > WAITING > END" in failure.text


def test_a_finding_is_told_though_it_is_no_failure(junit):
    path = junit()
    assert ("atmt.verdict", "finding") in _properties(path, "test_finding")
    assert (
        "finding: Ping ended in END, not in SILENCE" in path.read_text()
        or "not in SILENCE" in path.read_text()
    )


def test_a_known_deviation_is_skipped_with_its_reason(junit, suite):
    (suite.pytester.path / "known.toml").write_text(
        '[[known]]\ntest = "test_it.py::test_fail[reference]"\nrequirement = "PING-1"\nreason = "so it is"\n'
        'signature = "Ping ended in END"\nexpires = 2999-12-31\n'
    )
    path = junit(TESTS, "--atmt-baseline", "known.toml")
    [known] = [e for e in ElementTree.parse(path).iter("skipped") if e.get("type") == "known deviation"]
    assert known.get("message") == "known until 2999-12-31: so it is"


def test_what_is_not_applicable_from_the_start_is_skipped(junit, suite):
    (suite.pytester.path / "ics.toml").write_text('[ics]\nanswers = "Does it?"\n')
    suite.catalogue(
        '[standard]\nid="PING"\n[[requirement]]\nid="PING-1"\nsection="1"\nlevel="MUST"\nrole="server"\ntext="x"\n'
        'applies_if="answers"\n'
    )
    suite.peer("reference", '[peer]\nname = "reference"\nadapter = "reference"\n[ics]\nanswers = false\n')
    path = junit('@requirement("PING-1")\ndef test_it(ping):\n    ping()\n')
    assert _cases(path) == {"test_it": ("skipped", "not applicable")}


def test_a_silent_peer_is_an_error_in_every_case(junit, suite):
    suite.behave(None)
    found = _cases(junit())
    assert set(found.values()) == {("error", "inconclusive")}


def test_a_test_that_fails_twice_is_one_case(junit):
    tests = (
        "@pytest.fixture\ndef twice(ping):\n    yield ping\n    1 / 0\n"
        '@requirement("PING-1")\ndef test_it(twice):\n    twice(ends="SILENCE")\n'
    )
    assert _cases(junit(tests)) == {"test_it": ("error", "error")}


def test_ordinary_tests_stay_in_pytests_file(suite):
    suite.run(TESTS + "\ndef test_other():\n    assert False\n", "--junitxml=out.xml", imports=IMPORTS)
    found = _cases(suite.pytester.path / "out.xml")
    assert found["test_other"] == ("failure", None)
    assert len(found) == 8


def test_what_xml_cannot_hold_does_not_break_the_file(junit):
    path = junit('@requirement("PING-1")\ndef test_it(ping):\n    ping()\n    assert 0, "a\\0b<&>"\n')
    assert _cases(path) == {"test_it": ("failure", "fail")}


# -- the shape that readers of JUnit know (Jenkins' and GitLab's schema), and everything back from it

_TEXT = ("system-out", "system-err")
_SHAPE = {  # element: attributes it must have, children it may have
    "testsuites": ((), ("testsuite",)),
    "testsuite": (("name", "tests", "failures", "errors", "skipped"), ("properties", "testcase", *_TEXT)),
    "testcase": (("classname", "name", "time"), ("properties", "skipped", "failure", "error", *_TEXT)),
    "properties": ((), ("property",)),
    "property": (("name", "value"), ()),
    "failure": (("message",), ()),
    "error": (("message",), ()),
    "skipped": (("message",), ()),
    "system-out": ((), ()),
    "system-err": ((), ()),
}


def test_the_file_has_the_shape_that_readers_know(junit):
    root = ElementTree.parse(junit()).getroot()
    assert root.tag == "testsuites"
    for element in root.iter():
        attributes, children = _SHAPE[element.tag]
        assert set(attributes) <= set(element.keys()), element.tag
        assert {child.tag for child in element} <= set(children), element.tag
        if element.tag in ("testsuite", "testcase"):
            assert [child.tag for child in element].count("properties") <= 1
    for suite in root:
        assert int(suite.get("tests")) == len(suite.findall("testcase"))
        assert all(float(case.get("time")) >= 0 for case in suite.iter("testcase"))


def test_what_the_record_says_of_each_test_can_be_read_back(junit, suite):
    told = {}
    for case in ElementTree.parse(junit()).iter("testcase"):
        properties = [(p.get("name").removeprefix("atmt."), p.get("value")) for p in case.iter("property")]
        one = dict(properties)
        ids = [value for name, value in properties if name == "requirement"]
        told[one["nodeid"]] = (one["suite"], one["peer"], one["verdict"], ids, one.get("signature", ""))
    assert told == {
        t["nodeid"]: (t["suite"], t["peer"], t["verdict"], t["requirements"], t["signature"])
        for t in suite.record()["tests"]
    }


def test_reasons_can_be_read_back(junit, suite):
    texts = {}
    for case in ElementTree.parse(junit()).iter("testcase"):
        name = case.find("properties/property[@name='atmt.nodeid']").get("value")
        texts[name] = " ".join(e.get("message") or e.text for e in case if e.tag not in ("properties",))
    for test in suite.record()["tests"]:
        assert test["reason"].partition("\n")[0] in texts[test["nodeid"]]
