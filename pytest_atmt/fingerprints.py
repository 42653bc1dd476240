"""What a peer does where its standard leaves it free: noted by tests as values, for comparison, judged by nobody.

Knows no protocol: a suite's tests say what is worth noting.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Mapping
from typing import Any

import pytest

from atmt.errors import TesterFault

Value = str | int | float | bool
Note = Callable[[str, Value], None]

_NOTES = pytest.StashKey[dict[str, Value]]()


class FingerprintError(TesterFault):
    """A test notes what is no plain value."""


class Fingerprints:
    """A pytest plugin: the fixture `fingerprint`, and what it was told on the test's report."""

    @pytest.fixture
    def fingerprint(self, request: pytest.FixtureRequest) -> Note:
        """``fingerprint(name, value)``: note a text, a number or a truth value about the peer of this test."""
        notes = request.node.stash.setdefault(_NOTES, {})

        def note(name: str, value: Value) -> None:
            if not isinstance(value, str | int | float):
                raise FingerprintError(
                    f"fingerprint({name!r}, ...): {value!r} is no text, number or truth value; note it as text"
                )
            notes[name] = round(value, 3) if isinstance(value, float) else value

        return note

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_makereport(self, item: pytest.Item) -> Generator[None, Any, Any]:
        report = yield
        if hasattr(report, "atmt") and _NOTES in item.stash:
            report.atmt["fingerprints"] = item.stash[_NOTES].copy()
        return report


def by_peer(tests: Iterable[Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """Peer -> name -> value, or the list of values where tests saw several."""
    seen: dict[str, dict[str, list[Value]]] = {}
    for test in tests:
        of = seen.setdefault(test["peer"], {})
        for name, value in test.get("fingerprints", {}).items():
            values = of.setdefault(name, [])
            values += [] if value in values else [value]
    return {
        peer: {name: values if len(values) > 1 else values[0] for name, values in sorted(of.items())}
        for peer, of in sorted(seen.items())
        if of
    }
