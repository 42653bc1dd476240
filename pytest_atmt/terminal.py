"""What the terminal shows at the end: requirements by peer, the states and transitions reached, the outcome."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import Any

from .record import Record
from .verdicts import RunOutcome, Verdict

_CELLS: dict[Verdict, tuple[str, dict[str, bool]]] = {
    Verdict.PASS: ("pass", {"green": True}),
    Verdict.FAIL: ("FAIL", {"red": True, "bold": True}),
    Verdict.ERROR: ("ERROR", {"red": True}),
    Verdict.INCONCLUSIVE: ("inconclusive", {"yellow": True}),
    Verdict.COULD_NOT_RUN: ("could not run", {"yellow": True}),
    Verdict.NOT_APPLICABLE: ("n/a", {"cyan": True}),
    Verdict.NONE: ("none", {}),
}
_COLOURS = {
    RunOutcome.PASS: {"green": True, "bold": True},
    RunOutcome.INCOMPLETE: {"yellow": True, "bold": True},
    RunOutcome.ERROR: {"red": True, "bold": True},
    RunOutcome.FAIL: {"red": True, "bold": True},
}


def summarise(tr: Any, record: Record, folder: Callable[[str], Path]) -> None:
    """Write it all to pytest's terminal reporter."""
    _not_judged(tr, record)
    for suite in record.suites:
        _requirements(tr, record, suite)
    _model(tr, record)
    _outcomes(tr, record, folder)


def _not_judged(tr: Any, record: Record) -> None:
    """Tests that neither pass nor fail, by reason: pytest itself shows only failures."""
    by_reason: dict[tuple[str, str], list[str]] = {}
    for test in record.tests.values():
        if test["verdict"] in (Verdict.INCONCLUSIVE, Verdict.COULD_NOT_RUN, Verdict.NOT_APPLICABLE):
            by_reason.setdefault((test["verdict"], test["reason"]), []).append(test["nodeid"])
    if by_reason:
        tr.section("not judged")
    for (verdict, reason), nodeids in by_reason.items():
        count = f"{len(nodeids)} test" + ("s" if len(nodeids) > 1 else "")
        tr.write_line(f"{verdict}: {count}: {reason}", **_CELLS[Verdict(verdict)][1])
        shown = ", ".join(n.rpartition("::")[2] for n in nodeids[:3])
        tr.write_line(f"    {shown}{', ...' if len(nodeids) > 3 else ''}")


def _requirements(tr: Any, record: Record, suite: str) -> None:
    tr.section(f"requirements of {suite}")
    rows, catalogue = record.requirement_verdicts(suite), record.catalogues.get(suite, {})
    width = max((len(id_) for id_ in rows), default=0)
    columns = {peer: max(len(peer), 13) for peer in record.peers}
    head = " ".join(f"{peer:{w}}" for peer, w in columns.items())
    tr.write_line(f"{'':{width}} {'level':10} {head}".rstrip())
    for id_, row in rows.items():
        tr.write(f"{id_:{width}} {catalogue.get(id_, {}).get('level', ''):10} ")
        for peer, w in columns.items():
            text, style = _CELLS[row.get(peer, Verdict.NONE)] if peer in row else ("-", {})
            tr.write(f"{text:{w}} ", **style)
        tr.write_line("")
    if unjudged := [id_ for id_ in catalogue if id_ not in rows]:
        _listing(tr, f"not judged by any test of this run ({len(unjudged)} of {len(catalogue)})", unjudged)


def _model(tr: Any, record: Record) -> None:
    tr.section("states and transitions reached")
    for name, (states, taken) in sorted(record.taken().items()):
        graph = record.graphs[name]
        edges = [tuple(e) for e in graph["edges"]]
        seen_edges = [e for e in edges if e in taken]
        tr.write_line(
            f"{name}: {len(states.keys() & graph['states'].keys())} of {len(graph['states'])} states, "
            f"{len(seen_edges)} of {len(edges)} transitions"
        )
        _listing(tr, "never reached", [s for s in graph["states"] if s not in states])
        never = [f"{s} -{v or 'at once'}-> {t}" for s, v, t in edges if (s, v, t) not in taken]
        _listing(tr, "never taken", never)
        unforeseen = [f"{s} -{v or 'at once'}-> {t}" for s, v, t in taken if (s, v, t) not in edges]
        _listing(tr, "taken, but not seen in the code", unforeseen)


def _outcomes(tr: Any, record: Record, folder: Callable[[str], Path]) -> None:
    tr.section("conformance")
    for suite in record.suites:
        for peer in record.peers:
            counts, outcome = record.counts(suite, peer), record.outcome(suite, peer)
            tr.write(f"{outcome:11}", **_COLOURS[outcome])
            words = ", ".join(f"{n} {verdict}" for verdict, n in sorted(counts.items(), key=lambda c: c[0]))
            tr.write_line(f" {peer} against {suite}: {words} of {sum(counts.values())} tests")
            for finding in record.facts.get(peer, {}).get("findings", ()):
                tr.write_line(f"  finding: {finding}")
        tr.write_line(f"record: {folder(suite) / 'report.json'}")


def _listing(tr: Any, title: str, names: list[str]) -> None:
    if names:
        text = f"  {title}: {', '.join(names)}"
        tr.write_line(textwrap.fill(text, 110, subsequent_indent="    ", break_on_hyphens=False))
