"""What failed, in a few lines each: the reason, the path up to where it went wrong, the two packets around that.

Written from a complete record.  Alike failures are told once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from .report import expectation
from .report.interning import split_name
from .report.sequence import label
from .report.timeline import places
from .verdicts import Verdict

WORST = (Verdict.FAIL, Verdict.ERROR)
_STATES = 12  # of a path
_PEERS = 4  # that are named
_WIDE = 110

Document = Mapping[str, Any]


def alike(tests: Sequence[Document]) -> list[list[Document]]:
    """Failed tests, those that fail with the same signature together, failures before errors."""
    groups: dict[tuple[str, ...], list[Document]] = {}
    for test in tests:
        if test["verdict"] in WORST:
            groups.setdefault(kind(test), []).append(test)
    return sorted(groups.values(), key=lambda of: WORST.index(of[0]["verdict"]))


def kind(test: Document) -> tuple[str, ...]:
    """What is the same of tests that fail alike."""
    return test["verdict"], _name(test), test["signature"] or test["reason"].partition("\n")[0]


def title(group: Sequence[Document]) -> str:
    """The first test of a group, what it judges, how many are like it, and with which other peers."""
    test = group[0]
    params = split_name(test["nodeid"])[2]
    others = [peer for peer in dict.fromkeys(t["peer"] for t in group) if peer != test["peer"]]
    named = others if len(others) <= _PEERS else [*others[: _PEERS - 1], f"{len(others) - _PEERS + 1} more"]
    more = f", and {len(group) - 1} like it" if len(group) > 1 else ""
    more += f", also with {', '.join(named)}" if others else ""
    judged = f" ({', '.join(test['requirements'])})" if test["requirements"] else ""
    return f"{_name(test)}[{params}]{judged}{more}"


def story(test: Document, automata: Mapping[str, Document]) -> Iterator[str]:
    """Where the test is, expected, observed, the path, and the packets around the place where they part."""
    told = expectation.of(test, automata)
    if where := test.get("location"):
        yield f"test      {where[0]}:{where[1]}"
    yield f"expected  {_cut(told['expected'])}"
    yield f"observed  {_cut(told['observed'])}"
    if prevented := test.get("prevented"):
        yield f"prevents  {_cut(', '.join(prevented))} from being judged"
    if not test["runs"] or not (run := test["runs"][-1])["steps"]:
        return
    last = len(run["steps"]) - 1
    at = last if told["at"] is None else min(told["at"], last)
    yield f"path      {_path(run, at)}"
    for packet in _around(run, at):
        note = f"  [{packet['note']}]" if packet["note"] else ""
        yield f"{packet['at']:8.4f}  {packet['direction']:8}  {_cut(label(packet['summary']))}{note}"


def _path(run: Document, at: int) -> str:
    """The states up to the one at which it went wrong, which is marked."""
    names = [step[3] for step in run["steps"][: at + 1]]
    names[-1] = f">>{names[-1]}<<"
    left_out = len(names) - _STATES
    if left_out > 0:
        names = [*names[:3], f"({left_out} more)", *names[3 + left_out :]]
    rest = len(run["steps"]) - at - 1
    return " > ".join(names) + (f" > ({rest} more)" if rest else "")


def _around(run: Document, at: int) -> list[Document]:
    """The last packet before the step, which mostly caused it, and the first after it."""
    pairs = list(zip(places(run["steps"], run["packets"]), run["packets"], strict=True))
    before = [packet for place, packet in pairs if place <= at]
    after = [packet for place, packet in pairs if place > at]
    return [*before[-1:], *after[:1]] if after else before[-2:]


def _name(test: Document) -> str:
    return split_name(test["nodeid"])[1].rpartition("::")[2]


def _cut(text: str) -> str:
    line = text.partition("\n")[0]
    return line if len(line) <= _WIDE else f"{line[: _WIDE - 1]}…"
