"""Who is judged: a server, which waits to be asked, or a client, which is told to ask.

A test judges a client if it uses the fixture ``client``, else a server.  Knows no peer and no suite.
"""

from __future__ import annotations

from collections.abc import Container

SERVER, CLIENT, BOTH = "server", "client", "both"
ROLES = (SERVER, CLIENT)


def judged_with(fixtures: Container[str]) -> str:
    """The role of the peers that a test judges which uses these `fixtures`."""
    return CLIENT if "client" in fixtures else SERVER


def concerns(obliged: str, role: str) -> bool:
    """Whether a requirement on `obliged` (the key ``peer`` of its entry) obliges peers of this `role`."""
    return obliged in (role, BOTH)
