"""What the terminal shows at the end: what was not judged, requirements by peer, coverage, gates, the outcome.

Written from a complete record, by pytest or by ``atmt report show`` alike.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from . import failures, tables
from .lines import CELLS, Style, Terminal, listing
from .verdicts import RunOutcome, Verdict

Document = dict[str, Any]

_COLOURS: dict[str, Style] = {
    RunOutcome.PASS: {"green": True, "bold": True},
    RunOutcome.PASS_WITH_FINDINGS: {"yellow": True, "bold": True},
    RunOutcome.INCOMPLETE: {"yellow": True, "bold": True},
    RunOutcome.ERROR: {"red": True, "bold": True},
    RunOutcome.FAIL: {"red": True, "bold": True},
}
_KINDS: dict[str, Style] = {
    "new failure": {"red": True},
    "other failure": {"red": True},
    "lost": {"yellow": True},
    "fixed": {"green": True},
}
_NAMED = 6  # peers of a value
_GROUPS = 12  # kinds of failure that are told
_NOT_JUDGED = (Verdict.INCONCLUSIVE, Verdict.COULD_NOT_RUN, Verdict.NOT_APPLICABLE)
_DEVIATIONS = (Verdict.INFORMATION, Verdict.FINDING, Verdict.KNOWN)


def summarise(tr: Any, document: Document, file: Path | None, verbosity: int = 0) -> None:
    """Write it all; with a `verbosity` below 0 what went wrong and the outcome, above 0 every requirement."""
    failed(tr, document)
    _tests(tr, "not judged", document["tests"], _NOT_JUDGED)
    _tests(tr, "deviations", document["tests"], _DEVIATIONS)
    if verbosity >= 0:
        tables.requirements(tr, document, verbosity > 0)
        tables.model(tr, document, verbosity > 0)
        behaviour(tr, document)
    changes(tr, document)
    gates(tr, document)
    outcomes(tr, document)
    if file is not None:
        tr.write_line(f"record: {file}")


def failed(tr: Terminal, document: Document) -> None:
    """What failed, alike failures together: how, and where."""
    groups = failures.alike(document["tests"])
    if groups:
        tr.section("what failed")
    for group in groups[:_GROUPS]:
        word, style = CELLS[group[0]["verdict"]]
        tr.write(f"{word}", **style)
        tr.write_line(f"  {failures.title(group)}")
        for line in failures.story(group[0], document["automata"]):
            _told(tr, line)
    if len(groups) > _GROUPS:
        tr.write_line(f"{len(groups) - _GROUPS} more kinds of failure are in the record")


def _told(tr: Terminal, line: str) -> None:
    """One line of a failure's story; where the path went wrong stands out."""
    before, mark, after = line.partition(">>")
    state, end, rest = after.partition("<<")
    tr.write(f"    {before}")
    tr.write(f"{mark}{state}{end}", red=True, bold=True)
    tr.write_line(rest)


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
        tr.write_line(f"{verdict}: {count}: {reason}", **CELLS[verdict][1])
        shown = ", ".join(n.rpartition("::")[2] for n in nodeids[:3])
        tr.write_line(f"    {shown}{', ...' if len(nodeids) > 3 else ''}")


def behaviour(tr: Terminal, document: Document) -> None:
    """What peers do where the standard leaves them free: a line to each name, each value once with its peers."""
    fingerprints = document["fingerprints"]
    if fingerprints:
        tr.section("behaviour left free by the standard")
    for name in sorted({name for of in fingerprints.values() for name in of}):
        whose: dict[str, list[str]] = {}
        for peer, of in fingerprints.items():
            if name in of:
                whose.setdefault(_value(of[name]), []).append(peer)
        known = sorted(whose.items(), key=lambda pair: -len(pair[1]))
        told = "; ".join(value if len(known) == 1 else f"{value} ({_few(of)})" for value, of in known)
        tr.write_line(f"{name}: {told}")


def _few(names: list[str]) -> str:
    more = len(names) - _NAMED
    return ", ".join(names[:_NAMED]) + (f" and {more} more" if more > 0 else "")


def _value(value: Any) -> str:
    words = {True: "yes", False: "no"}
    seen = value if isinstance(value, list) else [value]
    return " or ".join(words[v] if isinstance(v, bool) else str(v) for v in seen)


def changes(tr: Terminal, document: Document) -> None:
    """What changed since the run before, if its record lay in the same place."""
    found = document.get("delta", {}).get("changes", [])
    if found:
        tr.section("changed since the run before")
    for kind in dict.fromkeys(change["kind"] for change in found):
        names = [change["nodeid"].rpartition("::")[2] for change in found if change["kind"] == kind]
        shown = ", ".join(names[:3]) + (", ..." if len(names) > 3 else "")
        tr.write_line(f"{kind}: {len(names)}: {shown}", **_KINDS.get(kind, {}))


def gates(tr: Terminal, document: Document) -> None:
    """The gates that did not hold, each with what it found; a run without any says nothing."""
    missed = [gate for gate in document["gates"] if not gate["held"]]
    if missed:
        tr.section("gates")
    for gate in missed:
        tr.write_line(f"{gate['gate']} (exit code {gate['exit_code']}): {gate['text']}", yellow=True)
    if document["missing"]:
        listing(tr, "no result", [t["nodeid"] for t in document["missing"]])


def outcomes(tr: Terminal, document: Document) -> None:
    """One line for each peer."""
    tr.section("conformance")
    for name, peer in document["peers"].items():
        misled = peer["outcome"] == RunOutcome.PASS and document["exit_code"]  # the run missed a gate
        tr.write(f"{peer['outcome']:11}", **({"yellow": True} if misled else _COLOURS[peer["outcome"]]))
        tr.write_line(f" {name} against {document['suite']}: {counts(peer)}{scope(document)}")
        for finding in peer["findings"]:
            tr.write_line(f"  finding: {finding}")


def counts(peer: Document) -> str:
    """How many tests came to which verdict, in words."""
    words = ", ".join(f"{n} {verdict}" for verdict, n in sorted(peer["counts"].items()))
    return f"{words or 'none judged'} of {sum(peer['counts'].values())} tests"


def scope(document: Document) -> str:
    """What a reader must know before taking the part for the whole ("": it was the whole)."""
    if document["selection"]["whole"]:
        return ""
    left_out = len(document["selection"]["deselected"])
    return ", a part of the suite" + (f" ({left_out} left out)" if left_out else "")
