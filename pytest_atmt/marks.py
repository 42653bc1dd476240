"""Marks that a conformance test carries."""

from __future__ import annotations

import pytest


def requirement(*ids: str) -> pytest.MarkDecorator:
    """Say which requirements a test judges; each id must stand in the suite's catalogue."""
    return pytest.mark.requirement(*ids)
