"""Peers beside each other in Markdown: who they are, what each comes to, where they differ, what is left to them.

Written from a record; shows no more than fits a page: requirements that all peers meet are counted.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

_SIGNS = {
    "pass": "✓",
    "fail": "**✗ fail**",
    "error": "**! error**",
    "finding": "▲ finding",
    "known deviation": "≈ known",
    "inconclusive": "? inconclusive",
    "could not run": "⊘ could not run",
    "not applicable": "n/a",
    "information": "i",
}
_SHORT = {"pass", "not applicable"}
_LONGEST = 120
_CROWD = 6  # more peers than this stand in columns by their numbers, with signs alone
_NUMBERED = "; the columns are the peers by their numbers"

Document = Mapping[str, Any]


def render(document: Document) -> str:
    """The whole page."""
    lines = [f"# {document['suite']}: {len(document['peers'])} peers", "", *_origin(document), ""]
    for title, part in (
        ("Peers", _peers(document)),
        ("Requirements", _requirements(document)),
        ("What the standard leaves free", _values(document)),
    ):
        if rows := list(part):
            lines += [f"## {title}", "", *rows, ""]
    return "\n".join(lines)


def _origin(document: Document) -> Iterator[str]:
    origin = document["provenance"][0]
    versions = ", ".join(f"{name} {version}" for name, version in origin.get("versions", {}).items())
    yield f"{document['began'][:10]}; {versions}; Python {origin.get('python')}; {origin.get('kernel')}."


def _peers(document: Document) -> Iterator[str]:
    rows = []
    for number, (name, peer) in enumerate(document["peers"].items(), 1):
        origin = peer["provenance"]
        name = f"{number} {name}" if _crowded(document) else name
        counts = ", ".join(f"{n} {verdict}" for verdict, n in peer["counts"].items())
        version = origin.get("version") or origin.get("program") or ""
        rows.append((name, peer.get("role", ""), version, origin.get("clock", ""), peer["outcome"], counts))
    yield from _table(("peer", "role", "version", "clock", "outcome", "tests"), rows)


def _requirements(document: Document) -> Iterator[str]:
    """Those that not every peer meets; the verdict of each peer."""
    peers, judged = list(document["peers"]), [r for r in document["requirements"].values() if r["verdicts"]]
    apart = [r for r in judged if not {*r["verdicts"].values()} <= _SHORT]
    yield f"{len(judged) - len(apart)} of {len(judged)} are met by every peer to whom they apply; these are not:"
    yield ""
    brief = _crowded(document)
    head = (str(n) for n in range(1, len(peers) + 1)) if brief else peers
    rows = [
        (r["id"], r["level"], *(_sign(r["verdicts"].get(peer, ""), brief) for peer in peers), r["text"])
        for r in apart
    ]
    yield from _table(("requirement", "level", *head, "it says"), rows)
    yield ""
    yield (
        "✓ pass · ✗ fail · ! error · ▲ a SHOULD that is not met · ? inconclusive · ⊘ could not run · "
        f"n/a: it claims nothing of the kind · empty: not judged{_NUMBERED if brief else ''}"
    )


def _crowded(document: Document) -> bool:
    return len(document["peers"]) > _CROWD


def _sign(verdict: str, brief: bool) -> str:
    sign = _SIGNS.get(verdict, "")
    return sign.replace("**", "").partition(" ")[0] if brief else sign


def _values(document: Document) -> Iterator[str]:
    """What tests noted of each peer; judged by nobody."""
    noted = document.get("fingerprints") or {}
    peers = [peer for peer in document["peers"] if peer in noted]
    names = sorted({name for of in noted.values() for name in of})
    if names and _crowded(document):
        yield from _table(("it …", "value", "peers"), _grouped(names, peers, noted))
    elif names:
        rows = [(name, *(_value(noted[peer].get(name, "")) for peer in peers)) for name in names]
        yield from _table(("it …", *peers), rows)


def _grouped(names: Iterable[str], peers: Iterable[str], noted: Document) -> Iterator[tuple[str, str, str]]:
    """Each value once, the most common first, with those that have it."""
    for name in names:
        whose: dict[str, list[str]] = {}
        for peer in peers:
            if name in noted[peer]:
                whose.setdefault(_value(noted[peer][name]), []).append(peer)
        for value, of in sorted(whose.items(), key=lambda pair: -len(pair[1])):
            yield name, value, ", ".join(of) if len(whose) > 1 else f"all {len(of)} of which it is known"
            name = ""


def _value(value: Any) -> str:
    if isinstance(value, list):
        return " or ".join(map(_value, value))
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> Iterator[str]:
    head = list(head)
    yield f"| {' | '.join(head)} |"
    yield f"|{'---|' * len(head)}"
    yield from (f"| {' | '.join(map(_cell, row))} |" for row in rows)


def _cell(text: str) -> str:
    """One line that cannot break a table or turn into HTML."""
    line = " ".join(text.split())
    line = line if len(line) <= _LONGEST else f"{line[:_LONGEST]}…"
    return line.replace("|", "\\|").replace("<", "&lt;")
