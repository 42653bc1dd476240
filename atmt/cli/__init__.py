"""The command `atmt`.  One module per command, loaded when it is asked for.

Importing this package loads nothing: the tools that stand behind the commands are heavy.
"""

from __future__ import annotations


def main() -> None:
    """Run the command line of this process."""
    from .group import atmt

    atmt(prog_name="atmt")
