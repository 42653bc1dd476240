"""JUnit XML that loses nothing: properties for requirement, peer and verdict, and no green for what is not.

`render` makes a file of its own from records; `correct` sets right what pytest's ``--junitxml`` is about to
write.  JUnit has no word for inconclusive: it and could-not-run are errors.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any
from xml.etree import ElementTree

import pytest

from .verdicts import Verdict

_PREFIX = "atmt."
_COUNTED = ("failure", "error", "skipped")
_ELEMENTS = {
    Verdict.KNOWN: "skipped",
    Verdict.NOT_APPLICABLE: "skipped",
    Verdict.FAIL: "failure",
    Verdict.ERROR: "error",
    Verdict.INCONCLUSIVE: "error",
    Verdict.COULD_NOT_RUN: "error",
    Verdict.NONE: "error",
    Verdict.FINDING: "system-out",
    Verdict.INFORMATION: "system-out",
}

Document = dict[str, Any]
Element = ElementTree.Element


def result(test: Document) -> Element | None:
    """What a test case says of its verdict; None for a pass."""
    verdict = Verdict(test["verdict"])
    if verdict is Verdict.PASS:
        return None
    text = test["reason"]
    if verdict is Verdict.KNOWN:
        known = test["baseline"]
        text = f"known until {known['expires']}: {known['reason']} {known['link']}".rstrip() + f"\n{text}"
    element = Element(_ELEMENTS[verdict])
    if element.tag != "system-out":
        element.set("type", verdict.value)
        element.set("message", _clean(text.partition("\n")[0]))
    element.text = _clean(text if element.tag != "system-out" else f"{verdict.value}: {text}")
    return element


def properties(test: Document) -> Iterator[tuple[str, str]]:
    """What JUnit has no element for, as names and values."""
    yield "nodeid", test["nodeid"]
    yield "suite", test["suite"]
    yield "peer", test["peer"]
    yield "verdict", test["verdict"]
    yield from (("requirement", id_) for id_ in test["requirements"])
    if test.get("signature"):
        yield "signature", test["signature"]
    if known := test.get("baseline"):
        yield "baseline", known["state"]
        yield from ((key, known[key]) for key in ("reason", "link", "expires") if known[key])


# -- a file of its own


def render(documents: Iterable[Document]) -> str:
    """One test suite for each suite and peer."""
    root = Element("testsuites")
    for document in documents:
        for peer in document["peers"]:
            root.append(_suite(document, peer))
    total = {key: sum(int(suite.get(key, 0)) for suite in root) for key in ("tests", *map(_plural, _COUNTED))}
    for key, number in total.items():
        root.set(key, str(number))
    ElementTree.indent(root)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{ElementTree.tostring(root, "unicode")}\n'


def _suite(document: Document, peer: str) -> Element:
    suite = Element("testsuite", name=f"{document['suite']} {peer}", timestamp=document["began"])
    about = {
        "outcome": document["peers"][peer]["outcome"],
        "exit_code": str(document["exit_code"]),
        "whole": str(document["selection"]["whole"]).lower(),
        **{
            f"gate {g['gate']}": f"{'held' if g['held'] else 'missed'}: {g['text']}"
            for g in document["gates"]
        },
    }
    suite.append(_properties(about.items()))
    for test in document["tests"]:
        if test["peer"] == peer:
            suite.append(_case(test, test["duration"], result(test)))
    for test in document["missing"]:
        if test["peer"] == peer:
            suite.append(_case({**test, "verdict": Verdict.NONE.value}, 0.0, _no_result()))
    suite.set("tests", str(len(suite.findall("testcase"))))
    for tag in _COUNTED:
        suite.set(_plural(tag), str(len(suite.findall(f"testcase/{tag}"))))
    return suite


def _case(test: Document, seconds: float, found: Element | None) -> Element:
    path, _, name = test["nodeid"].partition("::")
    classname = path.removesuffix(".py").replace("/", ".")
    case = Element("testcase", classname=classname, name=name or path, time=f"{seconds:.3f}")
    case.append(_properties(properties(test)))
    case.extend([] if found is None else [found])
    return case


def _properties(pairs: Iterable[tuple[str, str]]) -> Element:
    element = Element("properties")
    for name, value in pairs:
        ElementTree.SubElement(element, "property", name=f"{_PREFIX}{name}", value=_clean(value))
    return element


def _no_result() -> Element:
    element = Element("error", type="no result", message="the test was collected but came to no result")
    element.text = "its worker died, or the run was stopped"
    return element


def _plural(tag: str) -> str:
    return tag if tag == "skipped" else f"{tag}s"


def _clean(text: str) -> str:
    """Without the characters that XML cannot hold."""
    return re.sub("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "?", text)


# -- pytest's file


def mark(item: pytest.Item, report: Any) -> None:
    """Give a test's report the properties that pytest's junitxml writes; the last phase counts."""
    mine = [(f"{_PREFIX}{name}", value) for name, value in properties(report.atmt)]
    others = [p for p in item.user_properties if not p[0].startswith(_PREFIX)]
    item.user_properties[:] = report.user_properties = [*others, *mine]


def correct(config: pytest.Config, documents: Iterable[Document]) -> None:
    """Have ``--junitxml`` say what the record says, before it is written."""
    from _pytest.junitxml import xml_key

    xml = config.stash.get(xml_key, None)
    if xml is None:
        return
    tests = {test["nodeid"]: test for document in documents for test in document["tests"]}
    seen: set[str] = set()
    for reporter in list(xml.node_reporters_ordered):
        case = reporter.to_xml()
        said = case.find(f"properties/property[@name='{_PREFIX}nodeid']")
        nodeid = "" if said is None else said.get("value", "")
        if nodeid in seen:  # pytest splits a test that fails twice
            xml.node_reporters_ordered.remove(reporter)
        elif nodeid in tests:
            seen.add(nodeid)
            _correct_case(case, tests[nodeid])
    for document in documents:
        for test in document["missing"]:
            _add_missing(xml, test)
    _recount(xml)


def _correct_case(case: Element, test: Document) -> None:
    found, trace = result(test), ""
    for tag in _COUNTED:
        for element in case.findall(tag):
            trace = trace or element.text or ""
            case.remove(element)
    if found is not None:
        found.text = trace or found.text
        case.insert(1, found)


def _recount(xml: Any) -> None:
    cases = [reporter.to_xml() for reporter in xml.node_reporters_ordered]
    results = [[tag for tag in _COUNTED if case.find(tag) is not None] for case in cases]
    for tag in _COUNTED:
        xml.stats[tag] = sum(tag in found for found in results)
    xml.stats["passed"] = sum(not found for found in results)
    xml.cnt_double_fail_tests = sum(len(found) > 1 for found in results)


def _add_missing(xml: Any, test: Document) -> None:
    reporter = xml.node_reporter(test["nodeid"])
    path, _, name = test["nodeid"].partition("::")
    reporter.attrs.update(classname=path.removesuffix(".py").replace("/", "."), name=name)
    reporter.append(_no_result())
