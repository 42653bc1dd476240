"""What a peer owes: which requirements oblige it, and which of those nobody judged.

Reads a record; knows no run's scope and no gate.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from .verdicts import JUDGED, Verdict

Document = dict[str, Any]


def obliges(document: Document, id_: str, peer: str) -> bool:
    """Whether a peer must meet a requirement: a MUST, or a SHOULD that it says it keeps."""
    level: str = document["requirements"][id_]["level"]
    return level.startswith("MUST") or id_ in document["peers"][peer]["keeps"]


def unverified(document: Document, peer: str, ids: Iterable[str]) -> list[str]:
    """Those of `ids` that apply to `peer` and can be tested, yet have no pass and no fail."""
    return [
        id_
        for id_ in ids
        if (entry := document["requirements"][id_])["category"] == "testable"
        and entry["verdicts"].get(peer, Verdict.NONE) not in {*JUDGED, Verdict.NOT_APPLICABLE}
    ]
