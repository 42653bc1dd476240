"""The conversation of one run as a sequence diagram, an SVG file: tester, wire, peer, from top to bottom.

For places that show an image and nothing else; the page draws its own, in which one can click.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from .stills import svg_file, text
from .timeline import events

_ROW, _TOP, _WIDE = 30, 44, 860
_TIME, _TESTER, _PEER = 70, 170, 800
_MOST = 200  # rows
_QUIET = 0.2  # seconds of silence that are worth a row
_ENDS = re.compile(r"^(?:Ether / )?(?:IPv6|IP) / (?:UDP|TCP) \S+ > \S+(?: / | )")
_STYLE = """
svg { background: #fff; font: 12px Helvetica, Arial, "Liberation Sans", sans-serif; }
.life { stroke: #b9c3ce; stroke-width: 2; } .muted { fill: #5f6c7b; } .mono { font-family: monospace; }
.box { fill: #fff; stroke: #7b8794; stroke-width: 1.4; } .box.error { fill: #c23b00; stroke: #c23b00; }
.box.final { stroke: #00785a; stroke-width: 3; } .box.initial { fill: #dcecfb; stroke: #0067a5; }
.white { fill: #fff; } .sent { stroke: #0067a5; fill: #0067a5; } .received { stroke: #00785a; fill: #00785a; }
.ignored { stroke: #94a0ac; fill: #94a0ac; } .arrow { stroke-width: 1.8; } .lost { stroke-dasharray: 6 4; }
.note { fill: #7d4b00; font-weight: bold; }
"""


def ladder(run: Mapping[str, Any], states: Mapping[str, Mapping[str, Any]]) -> str:
    """The sequence diagram of a recorded run; `states` are the roles of the automaton's states."""
    rows = list(_rows(run))
    left_out = len(rows) - _MOST
    shown = rows[:_MOST] + ([("still", f"{left_out} more rows are in the trace")] if left_out > 0 else [])
    parts = [part for n, row in enumerate(shown) for part in _row(run, states, row, _TOP + n * _ROW)]
    high = _TOP + len(shown) * _ROW + 10
    heads = [
        f'<text x="{x}" y="22" text-anchor="{a}" class="muted">{word}</text>'
        for x, a, word in ((_TIME, "end", "time"), (_TESTER, "middle", "tester"), (_PEER, "middle", "peer"))
    ]
    lives = [f'<line class="life" x1="{x}" x2="{x}" y1="32" y2="{high}"/>' for x in (_TESTER, _PEER)]
    return svg_file((0, 0, _WIDE, high), [*heads, *lives, *parts], _STYLE)


def label(summary: str) -> str:
    """What a packet says, without the addresses that all packets of a conversation share."""
    return _ENDS.sub("", summary)


def _rows(run: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    before = 0.0
    for kind, n in events(run):
        at = run["steps"][n][0] if kind == "step" else run["packets"][n]["at"]
        if at - before >= _QUIET:
            yield "still", f"{at - before:.3f} s of silence"
        before = max(before, at)
        yield kind, n


def _row(
    run: Mapping[str, Any], states: Mapping[str, Mapping[str, Any]], row: tuple[str, Any], y: int
) -> Iterator[str]:
    kind, what = row
    if kind == "still":
        yield f'<text x="{(_TESTER + _PEER) // 2}" y="{y + 4}" text-anchor="middle" class="muted">{text(what)}</text>'
    elif kind == "step":
        _, source, via, target = run["steps"][what]
        roles = " ".join(role for role in states.get(target, {}))
        wide = 18 + 7.4 * len(target)
        white = ' class="white"' if "error" in roles else ""
        place = f'x="{_TESTER - wide / 2:g}" y="{y - 10}" width="{wide:g}" height="20" rx="6"'
        yield f'<rect class="box {text(roles)}" {place}/>'
        yield f'<text x="{_TESTER}" y="{y + 4}" text-anchor="middle"{white}>{text(target)}</text>'
        why = (via or "at once") if source else "start"
        yield f'<text x="{_TESTER + wide / 2 + 10:g}" y="{y + 4}" class="muted">{text(why)}</text>'
    else:
        yield from _packet(run["packets"][what], y)


def _packet(packet: Mapping[str, Any], y: int) -> Iterator[str]:
    way, note = packet["direction"], packet.get("note") or ""
    start, end = (_TESTER, _PEER) if way == "sent" else (_PEER, _TESTER)
    lost = "drop" in note
    stop = (start + end) // 2 if lost else end
    tip = 9 if stop < start else -9
    style = f"{way if way in ('sent', 'received') else 'ignored'} arrow{' lost' if lost or way == 'ignored' else ''}"
    yield f'<text x="{_TIME}" y="{y + 4}" text-anchor="end" class="muted mono">{packet["at"]:.4f}</text>'
    yield f'<line class="{style}" x1="{start}" x2="{stop}" y1="{y + 6}" y2="{y + 6}"/>'
    if lost:
        yield f'<text x="{stop}" y="{y + 11}" text-anchor="middle" class="note">✕</text>'
    else:
        yield f'<path class="{style}" d="M{stop},{y + 6}l{tip},-4v8z"/>'
    said = label(packet.get("summary") or "")
    said = said if len(said) <= 80 else f"{said[:79]}…"
    middle = (_TESTER + _PEER) // 2
    more = f' <tspan class="note">{text(note[:60])}</tspan>' if note else ""
    yield f'<text x="{middle}" y="{y}" text-anchor="middle">{text(said)}{more}</text>'
