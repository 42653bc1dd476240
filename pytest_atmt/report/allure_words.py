"""From our words to Allure's: verdicts, labels, steps.  Pure; knows no pytest and no Allure library."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from . import expectation
from .sequence import label
from .timeline import places

Data = Mapping[str, Any]

STATUS = {
    "pass": "passed",
    "information": "passed",
    "finding": "passed",
    "known deviation": "failed",  # marked as known
    "fail": "failed",
    "error": "broken",
    "could not run": "broken",
    "inconclusive": "unknown",
    "none": "unknown",
    "not applicable": "skipped",
}
OURS = ("epic", "feature", "story", "severity", "verdict", "requirement", "peer")
_TITLES = {
    "fail": "Missed requirements",
    "known deviation": "Known deviations",
    "finding": "Findings",
    "error": "Errors of the harness",
    "inconclusive": "Inconclusive",
    "could not run": "Could not run: environment",
    "not applicable": "Not applicable",
}
_SEVERITIES = {"MUST": "critical", "SHOULD": "normal", "MAY": "minor"}
_MOST = 400  # steps of one run

CATEGORIES = [
    {"name": title, "messageRegex": rf"^{verdict}: [\s\S]*", "matchedStatuses": [STATUS[verdict]]}
    for verdict, title in _TITLES.items()
]


@dataclass(slots=True)
class Step:
    """A step as Allure knows it; times in milliseconds since the epoch."""

    name: str
    status: str
    start: int
    stop: int
    inside: list[Step] = field(default_factory=list)


def details(data: Data) -> dict[str, Any]:
    """Allure's status details: the verdict comes first, so that the categories can tell."""
    reason = str(data.get("reason") or "")
    if data["verdict"] == "pass":
        return {}
    known = {"known": True} if data["verdict"] == "known deviation" else {}
    return {"message": f"{data['verdict']}: {expectation.line(data)}", "trace": reason, **known}


def labels(data: Data, demands: Sequence[Data]) -> Iterator[tuple[str, str]]:
    """(label, value): epic = suite, feature = section, story = requirement, severity = the strongest level."""
    yield "epic", data["suite"]
    for section in dict.fromkeys(f"{d['standard']} §{d['section']}" for d in demands if "section" in d):
        yield "feature", section
    for demand in demands:
        yield "story", demand["id"]
        yield "requirement", demand["id"]
    yield "severity", _severity(demands)
    yield "verdict", data["verdict"]
    yield "peer", data["peer"]


def description(data: Data, demands: Sequence[Data]) -> str:
    """The objective, and what is demanded, in Markdown."""
    lines = [str((data.get("purpose") or {}).get("objective") or "")]
    lines += [f"- **{d['level']}** ({d['id']}): {_plain(d['text'])}" for d in demands if "text" in d]
    return "\n".join(lines)


def steps(data: Data, starts: Sequence[float]) -> list[Step]:
    """One step for each run, in it one for each transition, in that the packets of its state."""
    return [
        _run(
            run,
            start,
            n == len(data["runs"]) - 1 and data["verdict"] in ("fail", "finding", "known deviation"),
        )
        for n, (run, start) in enumerate(zip(data["runs"], starts, strict=True))
    ]


def _run(run: Data, start: float, missed: bool) -> Step:
    all_steps = run["steps"]
    ends = [step[0] for step in all_steps[1:]] + [
        max(run.get("duration", 0.0), all_steps[-1][0] if all_steps else 0)
    ]
    made = [
        Step(_title(step), "passed", _ms(start + step[0]), _ms(start + end))
        for step, end in zip(all_steps[:_MOST], ends, strict=False)
    ]
    for packet, place in zip(run["packets"], places(all_steps, run["packets"]), strict=True):
        if 0 < place <= len(made):
            made[place - 1].inside.append(_packet(packet, start))
    if missed and made:
        made[-1].status = "failed"
    title = f"{run['automaton']} ended in {run['state'] or 'no state'} ({run.get('clock', '')} time)"
    stop = _ms(start + (ends[-1] if ends else 0))
    return Step(title, "failed" if missed else "passed", _ms(start), stop, made)


def _title(step: Sequence[Any]) -> str:
    _, source, via, target = step
    return f"{source} → {target}: {via or 'at once'}" if source else f"begins in {target}"


def _packet(packet: Data, start: float) -> Step:
    arrow = {"sent": "→", "received": "←"}.get(packet["direction"], "⊘")
    note = f" [{packet['note']}]" if packet.get("note") else ""
    at = _ms(start + packet["at"])
    return Step(f"{arrow} {label(packet.get('summary') or '')[:200]}{note}", "passed", at, at)


def _severity(demands: Sequence[Data]) -> str:
    found = [_SEVERITIES.get(str(d.get("level", "")).partition(" ")[0], "normal") for d in demands]
    return min(found, key=("critical", "normal", "minor").index, default="normal")


def _plain(text: str) -> str:
    """Text that Markdown does not take for markup."""
    return "".join(f"\\{c}" if c in "\\`*_<>[]#|" else c for c in text)


def _ms(at: float) -> int:
    return round(at * 1000)
