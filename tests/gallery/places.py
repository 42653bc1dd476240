"""A record without the places of the machine that made it: they stand in commands, and in what programs said."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pytest_atmt.peers import store


def own(root: Path) -> dict[str, str]:
    """This machine's places, the innermost first, each with what stands for it."""
    return {
        str(store.folder()): "peers",
        str(root): "atmt",
        str(Path.home()): "home",
        tempfile.gettempdir(): "tmp",
    }


def without(value: Any, places: Mapping[str, str]) -> Any:
    """`value` with each of the `places`, where a path begins with it, replaced by its name, in all that it holds."""
    if isinstance(value, dict):
        return {key: without(held, places) for key, held in value.items()}
    if isinstance(value, list):
        return [without(held, places) for held in value]
    if isinstance(value, str) and "/" in value:
        for place, name in places.items():
            value = re.sub(rf"(?<![\w/.-]){re.escape(place)}(?=/)", name, value)
    return value
