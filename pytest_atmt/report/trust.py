"""What a reader should know of the harness itself before believing its verdicts.

Measured over all runs of a record, and told in words; judges no peer.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

_FINE = ("pass", "information", "not applicable")

Test = Mapping[str, Any]


def measured(tests: Sequence[Test]) -> dict[str, Any]:
    """What was measured, by name, and under ``checks`` what ought to be so: (whether it is, in words)."""
    runs = [run for test in tests for run in test.get("runs", [])]
    packets = [packet for run in runs for packet in run.get("packets", [])]
    ignored = sum(packet.get("direction") == "ignored" for packet in packets)
    broken = sum("dissect" in (packet.get("note") or "") for packet in packets)
    late = [run["lateness"] for run in runs if run.get("clock") in ("real", "scaled") and "lateness" in run]
    counted = [run["lost"] for run in runs if "lost" in run]
    found = {
        "losses": _losses(counted) if counted else "",
        "lateness": _lateness(late) if late else "",
        "packets": f"{len(packets):,} recorded, {ignored:,} of them not for the automaton" if packets else "",
        "undissected": f"{broken:,} packets that could not be dissected" if broken else "",
    }
    return {"checks": list(_alive(tests)), **{name: text for name, text in found.items() if text}}


def mutation(provenance: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """How many wrong peers the suite was shown to find, and whether it has changed since."""
    origin = provenance[0] if provenance else {}
    if not (score := origin.get("mutants")):
        return {}
    same = score["suite"] == (origin.get("suite") or {}).get("sha256")
    whose = "this version of the suite" if same else "an earlier version of the suite"
    return {"mutants": f"{score['killed']} of {score['of']} wrong peers found ({score['date']}, {whose})"}


def _alive(tests: Iterable[Test]) -> Iterable[tuple[bool, str]]:
    """Whether each peer spoke in its first conversation and went on speaking to the last: a dead one is no judge's
    witness.  Silence that a test expects is no death."""
    by_peer: dict[str, list[Test]] = {}
    for test in tests:
        if test.get("runs"):
            by_peer.setdefault(test.get("peer", ""), []).append(test)
    for peer, of in sorted(by_peer.items()):
        answered = [n for n, test in enumerate(of) if _answered(test)]
        if not answered:
            yield False, f"{peer} said nothing in any conversation"
            continue
        before, after = of[: answered[0]], of[answered[-1] + 1 :]
        quiet = [test for test in (*before, *after) if test.get("verdict") not in _FINE]
        if quiet:
            yield (
                False,
                f"{peer} was silent in {len(quiet)} conversations at the beginning or the end that did not pass",
            )
        else:
            yield (
                True,
                f"{peer} answered from its first conversation to its last ({len(answered)} of {len(of)} tests)",
            )


def _answered(test: Test) -> bool:
    return any(
        packet.get("direction") == "received" for run in test["runs"] for packet in run.get("packets", [])
    )


def _losses(counted: list[int]) -> str:
    """What this machine's kernel dropped of what it was to show to the tester."""
    of = f"counted in {len(counted):,} conversations"
    return f"{sum(counted):,} frames were lost by this machine ({of})" if sum(counted) else f"no frame ({of})"


def _lateness(seconds: list[float]) -> str:
    """How late the harness was at its own deadlines."""
    ordered = sorted(seconds)
    most = ordered[min(len(ordered) - 1, len(ordered) * 99 // 100)]
    return (
        f"the tester was at most {1000 * ordered[-1]:.1f} ms late ({1000 * most:.1f} ms in 99 % of its runs)"
    )
