"""A run in Markdown: the summary page of a CI job, or a comment on a pull request.

Written from complete records; shows what is not a pass, and counts the rest.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from .coverage import KINDS, total
from .terminal import counts, scope
from .verdicts import Verdict

_ICONS = {"PASS": "🟢", "PASS WITH FINDINGS": "🟡", "INCOMPLETE": "🟠", "ERROR": "🔴", "FAIL": "🔴"}
_GOOD = ("PASS", "PASS WITH FINDINGS")  # of the peers; the run may still miss a gate
_LONGEST = 200

Document = dict[str, Any]


def render(documents: Iterable[Document]) -> str:
    """All records on one page."""
    return "\n".join(line for document in documents for line in _page(document)) + "\n"


def _page(document: Document) -> Iterator[str]:
    missed = [gate for gate in document["gates"] if not gate["held"]]
    icon = "🔴" if missed and document["outcome"] in _GOOD else _ICONS[document["outcome"]]
    yield f"## {icon} {document['outcome']}: {document['suite']}\n"
    yield from _table(
        ("peer", "outcome", "tests"),
        ((name, peer["outcome"], counts(peer) + scope(document)) for name, peer in document["peers"].items()),
    )
    found = [(name, finding) for name, peer in document["peers"].items() for finding in peer["findings"]]
    yield from (f"- {name}: {_cell(finding)}" for name, finding in found)
    yield f"Exit code {document['exit_code']}.\n"
    yield from (
        f"- **{gate['gate']}** (exit code {gate['exit_code']}): {_cell(gate['text'])}" for gate in missed
    )
    yield from [""] * bool(missed)
    yield from _requirements(document)
    yield from _deviations(document)
    yield from _coverage(document)


def _requirements(document: Document) -> Iterator[str]:
    """The matrix, folded away; a requirement that nobody judged has empty cells."""
    peers = list(document["peers"])
    judged = {i: e for i, e in document["requirements"].items() if e["verdicts"]}
    lacking = len(document["requirements"]) - len(judged)
    title = f"Requirements: {len(judged)} with a verdict, {lacking} without"
    rows = ((id_, e["level"], *(e["verdicts"].get(p, "") for p in peers)) for id_, e in judged.items())
    yield from _folded(title, _table(("requirement", "level", *peers), rows))


def _deviations(document: Document) -> Iterator[str]:
    """Every test that did not pass, worst first."""
    tests = [t for t in document["tests"] if t["verdict"] != Verdict.PASS]
    order = list(Verdict)
    tests.sort(key=lambda t: -order.index(Verdict(t["verdict"])))
    rows = [(t["verdict"], f"`{t['nodeid']}`", ", ".join(t["requirements"]), t["reason"]) for t in tests]
    rows += [("no result", f"`{t['nodeid']}`", ", ".join(t["requirements"]), "") for t in document["missing"]]
    if rows:
        yield from _table(("verdict", "test", "requirement", "reason"), rows)


def _coverage(document: Document) -> Iterator[str]:
    of = document["coverage"]["total"]
    rows = [(name, *(_share(c[kind]["seen"], c[kind]["of"]) for kind in KINDS)) for name, c in of.items()]
    rows += [("**all**", *(_share(*total(of, kind)) for kind in KINDS))] if len(rows) > 1 else []
    yield from _folded("Coverage of the automata", _table(("automaton", *KINDS), rows))


def _share(seen: int, of: int) -> str:
    return f"{seen} of {of}" if of else ""


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> Iterator[str]:
    head = list(head)
    yield f"| {' | '.join(head)} |"
    yield f"|{'---|' * len(head)}"
    yield from (f"| {' | '.join(map(_cell, row))} |" for row in rows)
    yield ""


def _folded(title: str, lines: Iterable[str]) -> Iterator[str]:
    yield f"<details><summary>{title}</summary>\n"
    yield from lines
    yield "</details>\n"


def _cell(text: str) -> str:
    """One line that cannot break a table or turn into HTML."""
    line = text.partition("\n")[0]
    line = line if len(line) <= _LONGEST else f"{line[:_LONGEST]}..."
    return line.replace("|", "\\|").replace("<", "&lt;")
