"""Which ports of the current network namespace are bound, by the kernel's own tables.

Knows no programs.
"""

from __future__ import annotations

LISTENING = "0A"


def bound(protocol: str, port: int) -> bool:
    """Whether a socket of "udp" or "tcp" is bound to `port`; one of TCP must listen."""
    return any(
        _bound_in(f"/proc/self/net/{protocol}{version}", port, protocol == "tcp") for version in ("", "6")
    )


def _bound_in(path: str, port: int, must_listen: bool) -> bool:
    try:
        with open(path) as table:
            rows = [line.split(maxsplit=4) for line in table]
    except FileNotFoundError:
        return False  # a kernel without IPv6
    return any(
        row[1].endswith(f":{port:04X}") and not (must_listen and row[3] != LISTENING) for row in rows[1:]
    )
