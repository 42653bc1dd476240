"""Graphviz's HTML-like labels: the words of nodes and arrows.  Knows no layout."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from .picture import Arrow, Node, times
from .theme import FAINT, MUTED, STROKES


def of_node(node: Node) -> str:
    """A state's name, and small beneath it its roles and count."""
    roles = [role for role in node.roles if role != "initial"]  # that one has the dot and its arrow
    name = f"<b>{escape(node.name)}</b>"
    below = _note(*roles, times(node.count))
    air = '<font point-size="13"> </font>'  # makes the line high enough for the underscores above it
    return f"<{name}<br/>{air}{below}{air}>" if below else f"<{name}>"


def of_arrow(arrow: Arrow, faded: bool) -> str:
    """Condition, what it waits for, and actions, beneath each other; "" if there is nothing to say."""
    note = _note(arrow.when, times(arrow.count), faded=faded)
    rows = [_title(arrow, faded), note, *(_action(name, faded) for name in arrow.actions)]
    return _table(f'<tr><td width="6"></td><td align="left">{row}</td></tr>' for row in rows if row)


def of_bundle(arrows: Sequence[Arrow], faded: Sequence[bool], brief: bool) -> str:
    """One row for each of several arrows between the same states; each row has its arrow's id."""
    return _table(_row(arrow, fades, brief) for arrow, fades in zip(arrows, faded, strict=True))


def brief(arrow: Arrow, faded: bool) -> str:
    """The condition's name alone."""
    return f"<{_title(arrow, faded)}>" if arrow.title else ""


def tooltip(arrow: Arrow) -> str:
    """All about an arrow in one line."""
    via = f"{arrow.title} ({arrow.when or arrow.kind})" if arrow.title else "at once"
    done = f", then {', '.join(arrow.actions)}" if arrow.actions else ""
    return f"{arrow.source} → {arrow.target}: {via}{done} {times(arrow.count)}".rstrip()


def _row(arrow: Arrow, faded: bool, brief: bool) -> str:
    words = escape(tooltip(arrow), quote=True)
    title = _title(arrow, faded) or _note("at once")
    note = _note(arrow.when, times(arrow.count), faded=faded)
    aside = () if brief else (note, " ".join(_action(name, faded) for name in arrow.actions))
    more = "".join(f'<td width="8"></td><td align="left">{cell}</td>' for cell in aside)
    return f'<tr><td width="6"></td><td align="left" id="row-{arrow.id}" tooltip="{words}">{title}</td>{more}</tr>'


def _title(arrow: Arrow, faded: bool) -> str:
    if not arrow.title:
        return ""
    text = f'<font color="{FAINT if faded else STROKES[arrow.kind].colour}">{escape(arrow.title)}</font>'
    return f"<b>{text}</b>" if arrow.lit else text


def _action(name: str, faded: bool) -> str:
    return f'<font point-size="10" color="{FAINT if faded else MUTED}">▸ {escape(name)}</font>'


def _note(*words: str, faded: bool = False) -> str:
    text = " · ".join(filter(None, words))
    return f'<font point-size="9.5" color="{FAINT if faded else MUTED}">{escape(text)}</font>' if text else ""


def _table(rows: Iterable[str]) -> str:
    """Rows beneath each other; their first, empty cell keeps the words off the line."""
    inside = "".join(rows)
    start = '<<table border="0" cellborder="0" cellspacing="0" cellpadding="0.5">'
    return f"{start}{inside}</table>>" if inside else ""
