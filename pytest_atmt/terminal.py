"""What the terminal shows at the end: what was not judged, requirements by peer, coverage, gates, the outcome.

Written from a complete record, by pytest or by ``atmt report show`` alike.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Protocol

from .coverage import KINDS, total
from .verdicts import RunOutcome, Verdict

Style = dict[str, bool]
Document = dict[str, Any]

_CELLS: dict[str, tuple[str, Style]] = {
    Verdict.PASS: ("pass", {"green": True}),
    Verdict.INFORMATION: ("information", {"cyan": True}),
    Verdict.FINDING: ("finding", {"yellow": True}),
    Verdict.KNOWN: ("known", {"yellow": True}),
    Verdict.FAIL: ("FAIL", {"red": True, "bold": True}),
    Verdict.ERROR: ("ERROR", {"red": True}),
    Verdict.INCONCLUSIVE: ("inconclusive", {"yellow": True}),
    Verdict.COULD_NOT_RUN: ("could not run", {"yellow": True}),
    Verdict.NOT_APPLICABLE: ("n/a", {"cyan": True}),
    Verdict.NONE: ("none", {}),
}
_COLOURS: dict[str, Style] = {
    RunOutcome.PASS: {"green": True, "bold": True},
    RunOutcome.PASS_WITH_FINDINGS: {"yellow": True, "bold": True},
    RunOutcome.INCOMPLETE: {"yellow": True, "bold": True},
    RunOutcome.ERROR: {"red": True, "bold": True},
    RunOutcome.FAIL: {"red": True, "bold": True},
}
_FEW = 8
_NOT_JUDGED = (Verdict.INCONCLUSIVE, Verdict.COULD_NOT_RUN, Verdict.NOT_APPLICABLE)
_DEVIATIONS = (Verdict.INFORMATION, Verdict.FINDING, Verdict.KNOWN)


class Terminal(Protocol):
    """Where it is written: pytest's terminal reporter, or something that looks like it."""

    def section(self, title: str) -> None: ...

    def write(self, content: str, **markup: bool) -> None: ...

    def write_line(self, line: str, **markup: bool) -> None: ...


def summarise(tr: Any, document: Document, file: Path | None) -> None:
    """Write it all."""
    _tests(tr, "not judged", document["tests"], _NOT_JUDGED)
    _tests(tr, "deviations", document["tests"], _DEVIATIONS)
    requirements(tr, document)
    model(tr, document)
    gates(tr, document)
    outcomes(tr, document)
    if file is not None:
        tr.write_line(f"record: {file}")


def _tests(tr: Terminal, title: str, tests: list[Document], verdicts: Iterable[str]) -> None:
    """Tests that neither pass nor fail, by reason: pytest itself shows only failures."""
    by_reason: dict[tuple[str, str], list[str]] = {}
    for test in tests:
        if test["verdict"] in verdicts:
            reason = test["reason"].partition("\n")[0]
            if known := test["baseline"]:
                reason = (
                    f"{known['reason']} ({known['state']}, until {known['expires']}) {known['link']}".strip()
                )
            by_reason.setdefault((test["verdict"], reason), []).append(test["nodeid"])
    if by_reason:
        tr.section(title)
    for (verdict, reason), nodeids in by_reason.items():
        count = f"{len(nodeids)} test" + ("s" if len(nodeids) > 1 else "")
        tr.write_line(f"{verdict}: {count}: {reason}", **_CELLS[verdict][1])
        shown = ", ".join(n.rpartition("::")[2] for n in nodeids[:3])
        tr.write_line(f"    {shown}{', ...' if len(nodeids) > 3 else ''}")


def requirements(tr: Terminal, document: Document) -> None:
    """Requirement by peer."""
    tr.section(f"requirements of {document['suite']}")
    entries, peers = document["requirements"], document["peers"]
    rows = {
        id_: e for id_, e in entries.items() if any(v != "not applicable" for v in e["verdicts"].values())
    }
    width = max((len(id_) for id_ in rows), default=0)
    columns = {peer: max(len(peer), 13) for peer in peers}
    head = " ".join(f"{peer:{w}}" for peer, w in columns.items())
    tr.write_line(f"{'':{width}} {'level':10} {head}".rstrip())
    for id_, entry in rows.items():
        tr.write(f"{id_:{width}} {entry['level']:10} ")
        for peer, w in columns.items():
            text, style = _CELLS[entry["verdicts"][peer]] if peer in entry["verdicts"] else ("-", {})
            tr.write(f"{text:{w}} ", **style)
        tr.write_line("")
    inapplicable = [i for i, e in entries.items() if i not in rows and e["verdicts"]]
    _listing(tr, f"not applicable ({len(inapplicable)} of {len(entries)})", inapplicable, _FEW)
    unjudged = [i for i, e in entries.items() if not e["verdicts"] and e["category"] == "testable"]
    _listing(tr, f"not judged by any test of this run ({len(unjudged)} of {len(entries)})", unjudged, _FEW)
    untested = [f"{i} ({e['category']})" for i, e in entries.items() if e["category"] != "testable"]
    _listing(tr, f"without a test, as the catalogue says ({len(untested)} of {len(entries)})", untested, _FEW)


def model(tr: Terminal, document: Document) -> None:
    """What of the automata was exercised."""
    tr.section("states and transitions reached")
    coverage = document["coverage"]["total"]
    for name, of in coverage.items():
        counts = ", ".join(
            f"{of[kind]['seen']} of {of[kind]['of']} {kind}" for kind in KINDS if of[kind]["of"]
        )
        tr.write_line(f"{name}: {counts}")
        breaches = {
            s for s, flags in document["automata"].get(name, {}).get("states", {}).items() if "error" in flags
        }
        missing = of["states"]["missing"]
        _listing(tr, "never reached", [s for s in missing if s not in breaches])
        _listing(tr, "breaches never seen", [s for s in missing if s in breaches])
        never = of["transitions"]["missing"]
        _listing(tr, "never taken", [edge for edge in never if _target(edge) not in breaches])
        if to_breaches := sum(_target(edge) in breaches for edge in never):
            tr.write_line(f"  and {to_breaches} transitions to error states, which the record names")
        _listing(tr, "taken, but not seen in the code", of["unforeseen"])
    if len(coverage) > 1:
        sums = {kind: total(coverage, kind) for kind in KINDS}
        tr.write_line("all: " + ", ".join(f"{n} of {of} {kind}" for kind, (n, of) in sums.items() if of))


def gates(tr: Terminal, document: Document) -> None:
    """The gates that did not hold, each with what it found; a run without any says nothing."""
    missed = [gate for gate in document["gates"] if not gate["held"]]
    if missed:
        tr.section("gates")
    for gate in missed:
        tr.write_line(f"{gate['gate']} (exit code {gate['exit_code']}): {gate['text']}", yellow=True)
    if document["missing"]:
        _listing(tr, "no result", [t["nodeid"] for t in document["missing"]])


def outcomes(tr: Terminal, document: Document) -> None:
    """One line for each peer."""
    tr.section("conformance")
    for name, peer in document["peers"].items():
        misled = peer["outcome"] == RunOutcome.PASS and document["exit_code"]  # the run missed a gate
        tr.write(f"{peer['outcome']:11}", **({"yellow": True} if misled else _COLOURS[peer["outcome"]]))
        tr.write_line(f" {name} against {document['suite']}: {counts(peer)}")
        for finding in peer["findings"]:
            tr.write_line(f"  finding: {finding}")


def counts(peer: Document) -> str:
    """How many tests came to which verdict, in words."""
    words = ", ".join(f"{n} {verdict}" for verdict, n in sorted(peer["counts"].items()))
    return f"{words or 'none judged'} of {sum(peer['counts'].values())} tests"


def _target(edge: str) -> str:
    return edge.rpartition(" ")[2]


def _listing(tr: Terminal, title: str, names: list[str], most: int | None = None) -> None:
    """`names` in as many lines as they take; beyond `most` of them the record has to be asked."""
    if not names:
        return
    shown = (
        names if most is None or len(names) <= most else [*names[:most], f"... ({len(names) - most} more)"]
    )
    text = f"  {title}: {', '.join(shown)}"
    tr.write_line(textwrap.fill(text, 110, subsequent_indent="    ", break_on_hyphens=False))
