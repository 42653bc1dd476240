"""What a test expected and what it saw, read out of the words in which its failure was told.

Knows the words of `explain` and of pytest's assertions; from any other text it takes the first line.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

_END = re.compile(r"^(?P<who>\w+) ended in (?P<state>.+?), not in (?P<expected>.+)$")
_WHERE = re.compile(r"^first difference: .*\(state (?P<at>\d+) of \d+\)")
_FIELD = re.compile(r"^\s*(?P<name>expected|observed|because)\s+(?P<text>.+)$")
_THROUGH = re.compile(r"""^["'](?P<state>\w+)["'] in [\w.]*path$""")
_ENOUGH, _VALUES = 600, 120

Graphs = Mapping[str, Mapping[str, Any]]

Expectation = dict[str, Any]


def of(test: Mapping[str, Any], automata: Graphs | None = None) -> Expectation:
    """`expected` and `observed` in words, `at`: the number of the step where they part (None: unknown), and
    `missed`: [source, target] of the step that should have been taken there, if `automata` tell."""
    reason, signature = str(test.get("reason") or ""), str(test.get("signature") or "")
    lines = reason.splitlines() or [""]
    runs = test.get("runs") or []
    last = len(runs[-1].get("steps", [])) - 1 if runs else -1
    if (found := _END.match(lines[0])) is not None:
        because = _fields(lines).get("because", "")
        observed = f"{found['who']} ended in {found['state']}"
        expected = f"{found['who']} ends in {found['expected']}"
        return _said(expected, f"{observed}: {because}" if because else observed, last)
    if (fields := _fields(lines)).keys() >= {"expected", "observed"}:
        where = next((m for m in map(_WHERE.match, lines) if m), None)
        return _said(fields["expected"], fields["observed"], int(where["at"]) - 1 if where else last)
    end, _, statement = signature.partition(", ")
    claim, fact = statement.removeprefix("assert "), lines[0].removeprefix("assert ")
    through = _THROUGH.match(claim)
    if through and runs:
        at, missed = _turning(runs[-1], through["state"], automata or {})
        return _said(f"The path leads through {through['state']}", f"It does not; {end}", at) | missed
    fact = fact if len(fact) <= _VALUES else f"{fact[:_VALUES]}…"
    return _said(claim or _objective(test), f"{end}: {fact}" if claim else fact, last)


def _turning(run: Mapping[str, Any], state: str, automata: Graphs) -> tuple[int, dict[str, Any]]:
    """The first step that left a state from which `state` could have been entered, and the way not taken."""
    edges = automata.get(run.get("automaton", ""), {}).get("edges", [])
    before = {source for source, _, target in edges if target == state}
    for number, (_, source, _, target) in enumerate(run.get("steps", [])):
        if source in before and target != state:
            return number, {"missed": [source, state]}
    return len(run.get("steps", [])) - 1, {}


def line(test: Mapping[str, Any]) -> str:
    """Why the test is no pass, in one line; a bare comparison of values says too little alone."""
    reason, signature = str(test.get("reason") or ""), str(test.get("signature") or "")
    first = reason.strip().partition("\n")[0]
    end, _, claim = signature.partition(", assert ")
    if claim and first.startswith("assert"):
        return _cut(f"{end}; this does not hold: {claim}")
    return of(test)["observed"] if _END.match(first) else _cut(first)


def _fields(lines: list[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for match in map(_FIELD.match, lines):
        if match:
            found.setdefault(match["name"], match["text"].strip())
    return found


def _objective(test: Mapping[str, Any]) -> str:
    purpose = test.get("purpose") or {}
    return str(purpose.get("objective") or "what the requirement says")


def _said(expected: str, observed: str, at: int) -> Expectation:
    return {"expected": _cut(expected), "observed": _cut(observed), "at": at if at >= 0 else None}


def _cut(text: str) -> str:
    return text if len(text) <= _ENOUGH else f"{text[:_ENOUGH]}… ({len(text)} characters)"
