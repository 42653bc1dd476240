"""The gates of a run: what must hold for exit code 0, and which code says what did not.

Reads a record that is otherwise complete; knows no pytest.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from . import coverage
from .baseline import stale
from .obligations import obliges, unverified
from .verdicts import ExitCode, Verdict

FAILED = 1  # pytest's own code
_FIRST = (FAILED, ExitCode.BASELINE, ExitCode.INCOMPLETE, ExitCode.COVERAGE)

Document = dict[str, Any]
Gate = dict[str, Any]


def of(document: Document) -> list[Gate]:
    """Every gate that was asked for, held or not, with what it found."""
    settings = document["settings"]
    found = [_failures(document), _completeness(document)]
    if settings["require"]:
        found.append(_required(document))
    if settings["baseline"] is not None:
        found.append(_baseline(document))
    found += [_covered(document, kind, least) for kind, least in settings["coverage"].items()]
    return found


def exit_code(gates: Iterable[Gate]) -> int:
    """0, or the code of the gravest gate that did not hold: a failure first."""
    missed = {gate["exit_code"] for gate in gates if not gate["held"]}
    return next((int(code) for code in _FIRST if code in missed), 0)


def _gate(name: str, exit_code: int, complaints: list[str], praise: str) -> Gate:
    return {
        "gate": name,
        "exit_code": int(exit_code),
        "held": not complaints,
        "text": "; ".join(complaints) or praise,
    }


def _failures(document: Document) -> Gate:
    fail_on = document["settings"]["fail_on"]
    verdicts = [t["verdict"] for t in document["tests"]]
    excused = [t for t in document["tests"] if t["verdict"] == Verdict.FAIL and t["baseline"] is not None]
    counts = {
        "failed": verdicts.count(Verdict.FAIL) - len(excused),  # those are the baseline's affair
        "in error": verdicts.count(Verdict.ERROR),
        "with a finding (--atmt-fail-on=any)": verdicts.count(Verdict.FINDING) * (fail_on == "any"),
        f"deviating as known (--atmt-fail-on={fail_on})": verdicts.count(Verdict.KNOWN) * (fail_on != "new"),
        "failed outside the suite's tests": document["other_failures"],
    }
    complaints = [f"{n} {words}" for words, n in counts.items() if n]
    return _gate("failures", FAILED, complaints, "none")


def _completeness(document: Document) -> Gate:
    complaints = [] if document["peers"] else ["none of the suite's tests was collected"]
    for name, peer in document["peers"].items():
        doubtful = sum(
            peer["counts"].get(v, 0) for v in (Verdict.INCONCLUSIVE, Verdict.COULD_NOT_RUN, Verdict.NONE)
        )
        words = list(peer["incomplete"])
        words += [f"{doubtful} tests neither pass nor fail"] if doubtful else []
        words += ["nothing was judged"] if not words and peer["outcome"] == "INCOMPLETE" else []
        complaints += [f"{name}: {word}" for word in words]
    return _gate("completeness", ExitCode.INCOMPLETE, complaints, "every MUST in scope was judged")


def _required(document: Document) -> Gate:
    """Of the whole catalogue, whatever was selected."""
    level, complaints = document["settings"]["require"], []
    wanted = {"MUST": ("MUST",), "SHOULD": ("MUST", "SHOULD"), "MAY": ("MUST", "SHOULD", "MAY")}[level]
    for peer in document["peers"]:
        ids = [
            id_
            for id_, entry in document["requirements"].items()
            if entry["level"].startswith(wanted) or obliges(document, id_, peer)
        ]
        if missed := unverified(document, peer, ids):
            complaints.append(f"{peer}: {len(missed)} not judged: {', '.join(missed)}")
    praise = f"every applicable requirement of level {level} was judged"
    return _gate(f"require {level}", ExitCode.INCOMPLETE, complaints, praise)


def _baseline(document: Document) -> Gate:
    complaints = [f"stale: {name}: {why}" for name, why in stale(document["settings"]["baseline"], document)]
    known = 0
    for test in document["tests"]:
        if (found := test["baseline"]) is None:
            continue
        known += found["state"] == "known"
        if found["state"] != "known":
            complaints.append(f"{found['state']}: {test['nodeid']}: {found['why']}")
    return _gate("baseline", ExitCode.BASELINE, complaints, f"{known} known deviations, as expected")


def _covered(document: Document, kind: str, least: float) -> Gate:
    of = document["coverage"]
    if kind == "requirements":
        seen, possible = of["requirements"]["seen"], of["requirements"]["of"]
    else:
        seen, possible = coverage.total(of["total"], kind)
    percent = 100 * seen / possible if possible else 0.0
    said = f"{seen} of {possible} {kind} ({percent:.1f} %), at least {least:g} % asked for"
    return _gate(f"coverage of {kind}", ExitCode.COVERAGE, [] if percent >= least else [said], said)
