"""The terminal's two tables: requirements by peer, and what of the automata was exercised.

Written from a complete record.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from .coverage import KINDS, total
from .lines import CELLS, SIGNS, Terminal, filled, listing
from .verdicts import Verdict

Document = dict[str, Any]

_FEW = 8
_ROWS = 24  # requirements that are listed whatever came of them
_ACROSS = 6  # peers that stand side by side with words
_BRIEF = ("states", "transitions")


def requirements(tr: Terminal, document: Document, all_of_them: bool = True) -> None:
    """Requirement by peer; of many those that every peer meets are counted by section."""
    tr.section(f"requirements of {document['suite']}")
    entries, peers = document["requirements"], document["peers"]
    rows = {
        id_: e for id_, e in entries.items() if any(v != "not applicable" for v in e["verdicts"].values())
    }
    told = rows if all_of_them or len(rows) <= _ROWS else {i: e for i, e in rows.items() if not _is_met(e)}
    if told:
        (_rows if len(peers) <= _ACROSS else _narrow_rows)(tr, told, list(peers))
    _met(tr, [entry for id_, entry in rows.items() if id_ not in told], len(rows))
    inapplicable = [i for i, e in entries.items() if i not in rows and e["verdicts"]]
    listing(tr, f"not applicable ({len(inapplicable)} of {len(entries)})", inapplicable, _FEW)
    unjudged = [i for i, e in entries.items() if not e["verdicts"] and e["category"] == "testable"]
    listing(tr, f"not judged by any test of this run ({len(unjudged)} of {len(entries)})", unjudged, _FEW)
    untested = [f"{i} ({e['category']})" for i, e in entries.items() if e["category"] != "testable"]
    listing(tr, f"without a test, as the catalogue says ({len(untested)} of {len(entries)})", untested, _FEW)


def _rows(tr: Terminal, entries: Document, peers: list[str]) -> None:
    """A column with words for each peer."""
    width = max(len(id_) for id_ in entries)
    columns = {peer: max(len(peer), 13) for peer in peers}
    tr.write_line(f"{'':{width}} {'level':10} {' '.join(f'{p:{w}}' for p, w in columns.items())}".rstrip())
    for id_, entry in entries.items():
        tr.write(f"{id_:{width}} {entry['level']:10} ")
        for peer, w in columns.items():
            text, style = CELLS[entry["verdicts"][peer]] if peer in entry["verdicts"] else ("-", {})
            tr.write(f"{text:{w}} ", **style)
        tr.write_line("")


def _narrow_rows(tr: Terminal, entries: Document, peers: list[str]) -> None:
    """A column with a sign for each of many peers, which are numbered."""
    filled(tr, "peers: " + ", ".join(f"{n} {peer}" for n, peer in enumerate(peers, 1)), "  ")
    filled(
        tr, f"signs: {', '.join(f'{sign} {CELLS[v][0]}' for v, sign in SIGNS.items())}, · not judged", "  "
    )
    width = max(len(id_) for id_ in entries)
    tr.write_line(f"{'':{width}} {'level':10} {' '.join(f'{n:2}' for n in range(1, len(peers) + 1))}")
    for id_, entry in entries.items():
        tr.write(f"{id_:{width}} {entry['level']:10} ")
        for peer in peers:
            verdict = entry["verdicts"].get(peer, "")
            tr.write(f"{SIGNS.get(verdict, '·'):>2} ", **(CELLS[verdict][1] if verdict else {}))
        tr.write_line("")


def _is_met(entry: Document) -> bool:
    return {*entry["verdicts"].values()} <= {Verdict.PASS, Verdict.NOT_APPLICABLE}


def _met(tr: Terminal, entries: list[Document], of: int) -> None:
    """Requirements that every peer meets to whom they apply, by section."""
    if not entries:
        return
    sections = Counter(f"{entry['standard']} §{entry['section']}" for entry in entries)
    words = ", ".join(f"{section} ({n})" for section, n in sections.items())
    tr.write("pass", green=True)
    tr.write_line(f" by every peer to whom they apply: {len(entries)} of {of} (-v names them)")
    filled(tr, f"  {words}", "  ")


def model(tr: Terminal, document: Document, all_of_it: bool = True) -> None:
    """What of the automata was exercised; breaches, which no conforming peer shows, only if `all_of_it` is told."""
    tr.section("states and transitions reached")
    coverage = document["coverage"]["total"]
    for name, of in coverage.items():
        if _ran(of) or all_of_it:
            _automaton(tr, name, of, _breaches(document, name), all_of_it)
    idle = [name for name, of in coverage.items() if not _ran(of)]
    listing(tr, "ran in no test", [] if all_of_it else idle)
    if len(coverage) > 1:
        sums = {kind: total(coverage, kind) for kind in (KINDS if all_of_it else _BRIEF)}
        tr.write_line("all: " + ", ".join(f"{n} of {of} {kind}" for kind, (n, of) in sums.items() if of))


def _automaton(tr: Terminal, name: str, of: Document, breaches: set[str], all_of_it: bool) -> None:
    kinds, most = (KINDS, None) if all_of_it else (_BRIEF, _FEW)
    counts = ", ".join(f"{of[kind]['seen']} of {of[kind]['of']} {kind}" for kind in kinds if of[kind]["of"])
    tr.write_line(f"{name}: {counts or 'nothing of its own'}")
    missing, never = of["states"]["missing"], of["transitions"]["missing"]
    listing(tr, "never reached", [s for s in missing if s not in breaches], most)
    if all_of_it:
        listing(tr, "breaches never seen", [s for s in missing if s in breaches])
    listing(tr, "never taken", [edge for edge in never if _target(edge) not in breaches], most)
    if all_of_it and (to_breaches := sum(_target(edge) in breaches for edge in never)):
        tr.write_line(f"  and {to_breaches} transitions to error states, which the record names")
    listing(tr, "taken, but not seen in the code", of["unforeseen"])


def _ran(of: Document) -> bool:
    return bool(of["states"]["seen"] or of["transitions"]["seen"])


def _breaches(document: Document, name: str) -> set[str]:
    states = document["automata"].get(name, {}).get("states", {})
    return {state for state, flags in states.items() if "error" in flags}


def _target(edge: str) -> str:
    return edge.rpartition(" ")[2]
