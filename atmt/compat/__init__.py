"""Scapy's own automata on this runtime: their classes adopted, or the runtime swapped beneath a script.

Nothing of Scapy is changed by `adopt`; `install` changes one entry of ``sys.modules``.
"""

from __future__ import annotations

from .adopt import adopt
from .install import install

__all__ = ["adopt", "install"]
