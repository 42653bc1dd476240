"""How things are written on a terminal: words, signs and colours of verdicts, and lists that fit the line.

Knows no record.
"""

from __future__ import annotations

import textwrap
from typing import Protocol

from .verdicts import Verdict

Style = dict[str, bool]

WIDE = 110

CELLS: dict[str, tuple[str, Style]] = {
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
SIGNS = {
    Verdict.FAIL: "✗",
    Verdict.ERROR: "!",
    Verdict.INCONCLUSIVE: "?",
    Verdict.COULD_NOT_RUN: "⊘",
    Verdict.FINDING: "▲",
    Verdict.KNOWN: "≈",
    Verdict.INFORMATION: "i",
    Verdict.NOT_APPLICABLE: "\N{EN DASH}",
    Verdict.PASS: "✓",
}


class Terminal(Protocol):
    """Where it is written: pytest's terminal reporter, or something that looks like it."""

    def section(self, title: str) -> None: ...

    def write(self, content: str, **markup: bool) -> None: ...

    def write_line(self, line: str, **markup: bool) -> None: ...


def listing(tr: Terminal, title: str, names: list[str], most: int | None = None) -> None:
    """`names` in as many lines as they take; beyond `most` of them the record has to be asked."""
    if not names:
        return
    shown = (
        names if most is None or len(names) <= most else [*names[:most], f"... ({len(names) - most} more)"]
    )
    filled(tr, f"  {title}: {', '.join(shown)}")


def filled(tr: Terminal, text: str, indent: str = "    ") -> None:
    """`text` in lines that fit."""
    tr.write_line(textwrap.fill(text, WIDE, subsequent_indent=indent, break_on_hyphens=False))
