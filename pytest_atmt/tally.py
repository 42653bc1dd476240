"""What a record adds up to: verdicts of requirements, outcomes of peers, coverage, gates, exit code.

A pure function of recorded facts, so that a report rebuilt or merged says what the run itself said.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from . import coverage, fingerprints, gates, roles
from .ics import Condition
from .obligations import obliges, unverified
from .verdicts import JUDGED, RunOutcome, Verdict, outcome

DERIVED = ("outcome", "exit_code", "coverage", "fingerprints", "gates")

Document = dict[str, Any]


def complete(raw: Document) -> Document:
    """`raw` with everything that follows from it; what it said of that before is replaced."""
    document = {key: value for key, value in raw.items() if key not in DERIVED}
    document["peers"] = {name: dict(peer) for name, peer in raw["peers"].items()}
    verdicts = _requirement_verdicts(document)
    document["requirements"] = {
        id_: {**entry, "verdicts": verdicts[id_]} for id_, entry in raw["requirements"].items()
    }
    for name in document["peers"]:
        document["peers"][name].update(_peer(document, name))
    document["coverage"] = _coverage(document)
    document["fingerprints"] = fingerprints.by_peer(document["tests"])
    document["gates"] = gates.of(document)
    document["outcome"] = worst(peer["outcome"] for peer in document["peers"].values())
    document["exit_code"] = gates.exit_code(document["gates"])
    return document


def worst(outcomes: Iterable[str]) -> str:
    """The worst outcome; that of nothing is INCOMPLETE."""
    order = [o.value for o in RunOutcome]
    return max(outcomes, key=order.index, default=RunOutcome.INCOMPLETE.value)


# -- requirements


def _requirement_verdicts(document: Document) -> dict[str, dict[str, str]]:
    """Requirement -> peer -> the worst verdict of the tests that judge it; not applicable only if all were."""
    found: dict[str, dict[str, str]] = {id_: {} for id_ in document["requirements"]}
    for id_, row in found.items():
        condition = Condition(document["requirements"][id_]["applies_if"])
        concerned = document["requirements"][id_].get("peer", roles.SERVER)
        for name, peer in document["peers"].items():
            theirs = roles.concerns(concerned, peer.get("role", roles.SERVER))
            if not theirs or condition.holds(_effective(peer)) is False:
                row[name] = Verdict.NOT_APPLICABLE.value
    for test in document["tests"]:
        for id_ in test["requirements"]:
            row = found.setdefault(id_, {})
            row[test["peer"]] = _worse(row.get(test["peer"]), test["verdict"])
        for id_ in test.get("prevented", ()):
            row = found.setdefault(id_, {})
            row[test["peer"]] = _worse(row.get(test["peer"]), Verdict.INCONCLUSIVE)
    return found


def _worse(known: str | None, verdict: str) -> str:
    if known is None or known == Verdict.NOT_APPLICABLE:
        return verdict
    return known if verdict == Verdict.NOT_APPLICABLE else Verdict(known).worst(Verdict(verdict)).value


def _effective(peer: Document) -> dict[str, bool | None]:
    observed = peer["observed"]
    return {name: observed.get(name) if c is None else c for name, c in peer["claimed"].items()}


# -- peers


def _peer(document: Document, name: str) -> Document:
    tests = [t for t in document["tests"] if t["peer"] == name]
    counts = Counter(t["verdict"] for t in tests)
    lacking = [t for t in document["missing"] if t["peer"] == name]
    missed, incomplete = _must(document, name, [*tests, *lacking])
    if lacking:
        incomplete.append(f"{len(lacking)} of {len(tests) + len(lacking)} tests came to no result")
    if absent := document["selection"].get("absent"):
        incomplete.append(f"{len(absent)} of the suite's tests were not collected: {_few(absent)}")
    came_to = outcome(map(Verdict, counts), complete=not incomplete)
    if came_to is RunOutcome.PASS and _deviates(document["peers"][name]):
        came_to = RunOutcome.PASS_WITH_FINDINGS
    return {
        "outcome": came_to.value,
        "counts": {v.value: counts[v] for v in Verdict if counts[v]},
        "unverified": missed,
        "incomplete": incomplete,
    }


def _deviates(peer: Document) -> bool:
    """Whether a claim does not hold, or a denial does, or its program did wrong outside of any test."""
    seen = peer["observed"]
    return bool(peer["defects"]) or any(
        c is not None and seen.get(n) is not None and seen[n] != c for n, c in peer["claimed"].items()
    )


def _must(document: Document, peer: str, tests: list[Document]) -> tuple[list[str], list[str]]:
    """The MUSTs of this run's scope that were not judged, and what that means in words."""
    requirements = document["requirements"]
    whole = document["selection"]["whole"]
    named = {id_ for test in tests for id_ in (*test["requirements"], *test.get("prevented", ()))}
    musts = [id_ for id_ in requirements if obliges(document, id_, peer)]
    scope = [id_ for id_ in musts if whole or id_ in named]
    missed, words = unverified(document, peer, scope), []
    if missed:
        words.append(f"MUST not verified ({len(missed)} of {len(scope)}): {_few(missed)}")
    if musts and not any(requirements[id_]["verdicts"].get(peer) in JUDGED for id_ in musts):
        words.append("no MUST was judged")
    return missed, words


# -- coverage


def _coverage(document: Document) -> Document:
    def of(tests: Iterable[Document]) -> Document:
        return coverage.of_automata(document["automata"], (run for test in tests for run in test["runs"]))

    return {
        "total": of(document["tests"]),
        "peers": {peer: of(t for t in document["tests"] if t["peer"] == peer) for peer in document["peers"]},
        "requirements": _requirement_coverage(document),
    }


def _requirement_coverage(document: Document) -> Document:
    """Testable requirements that apply to any of the peers, and those of them that a test judged."""
    peers = document["peers"]
    missing, of = [], 0
    for id_, entry in document["requirements"].items():
        verdicts = [entry["verdicts"].get(peer) for peer in peers]
        if entry["category"] != "testable" or all(v == Verdict.NOT_APPLICABLE for v in verdicts):
            continue
        of += 1
        if not any(v in JUDGED for v in verdicts):
            missing.append(id_)
    return {"seen": of - len(missing), "of": of, "missing": missing}


def _few(ids: list[str], most: int = 8) -> str:
    """The first of `ids`; each requirement's own verdict tells the rest."""
    more = [f"... ({len(ids) - most} more)"] if len(ids) > most else []
    return ", ".join([*ids[:most], *more])
