"""Has the programs of a statement: fetches what is missing, and nothing that the machine has.

Knows no way to fetch anything; `fetching` does.
"""

from __future__ import annotations

from collections.abc import Iterator

from . import fetching, program, store
from .statement import Statement


def due(statement: Statement) -> list[tuple[str, str]]:
    """Kind and name of what would have to be fetched, in that order.

    That is nothing where the peer's programs are there, unless they were fetched by another wish, such as another
    version.
    """
    wanted = [(kind, asked) for kind in store.KINDS for asked in statement.install.get(kind, ())]
    stale = [(kind, asked) for kind, asked in wanted if _asked(kind, asked) not in (None, asked)]
    if not program.missing(statement):
        return stale
    return [
        (k, asked) for k, asked in wanted if not (k == "debian" and program.is_installed(store.name(asked)))
    ]


def install(statement: Statement) -> Iterator[tuple[str, dict[str, str]]]:
    """Fetch what is due; each item as it is there, with the versions of its packages.

    Raises `Unfetched`.
    """
    for kind, asked in due(statement):
        yield f"{kind} {asked}", fetching.fetch(kind, asked, statement.folder / "programs")


def _asked(kind: str, asked: str) -> str | None:
    wish: str | None = store.note(store.item(kind, asked)).get("asked")
    return wish
