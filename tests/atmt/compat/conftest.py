"""All automata that Scapy 2.8.0 ships."""

from __future__ import annotations

import importlib
import warnings

import pytest

pytest.importorskip("cryptography", reason="Scapy's TLS layer needs the package cryptography")


@pytest.fixture
def scapys():
    """A class of Scapy's by "module:Class"; loading its layers may warn, which is not ours to judge."""

    def load(spec):
        module, _, name = spec.partition(":")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return getattr(importlib.import_module(f"scapy.{module}"), name)

    return load
