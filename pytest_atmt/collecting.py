"""Which tests a run has: those that judge the peers given, as far as the command line selects them.

Checks what they judge before any of them is run.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Any

import pytest

from atmt.errors import TesterFault

from . import selection
from .loaded import LoadedSuite
from .marks import purpose_of
from .peers.statement import Statement
from .replays import Replay
from .roles import judged_with
from .rollcall import RollCall

NOBODY = Statement(
    "nobody", "reference"
)  # stands for the peers of a role of which there are none in this run


class Collecting:
    """A pytest plugin.  `suite_of` finds the suite of a test, `roll` is told of those that are none of this run's,
    `replayed` knows which a replay holds."""

    def __init__(
        self,
        config: pytest.Config,
        suite_of: Callable[[pytest.Item], LoadedSuite],
        roll: RollCall,
        replayed: Callable[[], Replay | None],
    ) -> None:
        self._config = config
        self._suite_of = suite_of
        self._roll = roll
        self._replayed = replayed
        self._left_out = 0  # tests of peers that are not judged

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        if "peer" not in metafunc.fixturenames:
            return
        try:
            loaded = self._suite_of(metafunc.definition)
        except TesterFault as error:
            raise pytest.Collector.CollectError(str(error)) from None
        peers = loaded.of_role(judged_with(metafunc.fixturenames)) or [NOBODY]
        metafunc.parametrize("peer", peers, indirect=True, ids=[peer.name for peer in peers])

    @pytest.hookimpl(wrapper=True)
    def pytest_pycollect_makeitem(self) -> Generator[None, Any, Any]:
        """Check what tests judge once their parameters, which may have marks of their own, are known.

        Tests of clients are none of this run's where only servers are judged, and the other way round.
        """
        made = yield
        if not isinstance(made, list):
            return made
        kept = [
            item for item in made if not concerns_peer(item) or item.callspec.params.get("peer") is not NOBODY
        ]
        self._left_out += len(made) - len(kept)
        self._roll.excuse(item for item in made if item not in kept)
        try:
            for item in filter(concerns_peer, kept):
                role = judged_with(item.fixturenames)
                self._suite_of(item).check(purpose_of(item), item.nodeid, role)
        except TesterFault as error:
            raise pytest.Collector.CollectError(str(error)) from None
        return kept

    def pytest_report_collectionfinish(self) -> list[str]:
        if not self._left_out:
            return []
        return [f"{self._left_out} tests judge peers of another role than those given with --peer; left out"]

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        if (chosen := selection.wanted(self._config)) is not None:
            self._keep(
                items,
                lambda item: concerns_peer(item) and chosen(purpose_of(item), self._suite_of(item).catalogue),
            )
        if (replay := self._replayed()) is not None and (held := replay.held) is not None:
            asked = [item.nodeid for item in items]
            self._keep(items, lambda item: item.nodeid in held)
            if not items:
                raise pytest.UsageError(
                    f"--atmt-replay {replay.file} is of {', '.join(sorted(held))}, which is not among the "
                    f"{len(asked)} tests that were selected"
                )

    def _keep(self, items: list[pytest.Item], wanted: Callable[[pytest.Item], bool]) -> None:
        kept = [item for item in items if wanted(item)]
        self._config.hook.pytest_deselected(items=[item for item in items if item not in kept])
        items[:] = kept


def concerns_peer(item: pytest.Item) -> bool:
    """Whether a test judges a peer."""
    return "peer" in getattr(item, "fixturenames", ())
