"""A test that did not pass with a peer of doubtful past is run again, with one that has none; that verdict counts.

Weighs no failure: who judges says which test did not pass.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest
from _pytest.runner import runtestprotocol

from .acquaintance import Acquaintance, Who
from .peers.base import SERVED, Peer
from .verdicts import Verdict

DOUBT = pytest.StashKey[str]()  # why the verdict of this test is not to be trusted
SPENT = pytest.StashKey[bool]()  # after this test no other one is judged with its peer
AGAIN = pytest.StashKey[str]()  # what the first verdict was, and why it was in doubt: this is the second run
_TOLD_ONCE = ("catalogue", "facts", "peer_data")  # parts of a report's data that no later report repeats


def run(item: pytest.Item, nextitem: pytest.Item | None, *ours: pytest.StashKey[Any]) -> bool:
    """pytest's protocol of one test, once or twice; `ours` is what is forgotten of the first time."""
    item.ihook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
    reports = runtestprotocol(item, nextitem=nextitem, log=False)
    forgotten: tuple[pytest.StashKey[Any], ...] = (DOUBT, SPENT, *ours)
    if why := item.stash.get(DOUBT, ""):
        first: dict[str, Any] = next((r.atmt for r in reports if hasattr(r, "atmt")), {})
        _forget(item, forgotten)
        item.stash[AGAIN] = f"{first.get('verdict', 'error')}: {why}"
        again = runtestprotocol(item, nextitem=nextitem, log=False)
        _hand_on(reports, again)
        reports = again
        del item.stash[AGAIN]
    for report in reports:
        item.ihook.pytest_runtest_logreport(report=report)
    item.ihook.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)
    # pytest keeps its items to the end, and they would keep every packet and every network
    _forget(item, forgotten)
    return True


def doubt(item: pytest.Item, peer: Peer, acquaintance: Acquaintance, who: Who) -> None:
    """A test did not pass: no other one gets its peer, and it is run again if that may not have been its own."""
    item.stash[SPENT] = True
    if peer.defect() or AGAIN in item.stash:  # whatever went before: a program must not die
        return
    known = acquaintance.facts(who)
    silent = known is not None and bool(known.silent)
    if why := peer.doubt(silent):
        item.stash[DOUBT] = why
        if silent:
            acquaintance.forget(who)


def relapse(item: pytest.Item) -> str:
    """What the peer did wrong before, in a test that has passed now ("": nothing, or it is not the peer's doing)."""
    first = item.stash.get(AGAIN, "")
    verdict, _, doubt = first.partition(": ")
    wrong = doubt == SERVED and verdict != Verdict.COULD_NOT_RUN
    return f"{item.name} passes with a fresh peer alone ({first})" if wrong else ""


def _forget(item: pytest.Item, keys: Iterable[pytest.StashKey[Any]]) -> None:
    for key in keys:
        if key in item.stash:
            del item.stash[key]


def _hand_on(old: list[pytest.TestReport], new: list[pytest.TestReport]) -> None:
    """What only the reports that are dropped say goes on with those that count."""
    said = [r.atmt for r in old if hasattr(r, "atmt")]
    for data in (r.atmt for r in new if hasattr(r, "atmt")):
        for other in said:
            data["graphs"] = {**other["graphs"], **data["graphs"]}
            for key in _TOLD_ONCE:
                if key in other:
                    data.setdefault(key, other[key])
        return
