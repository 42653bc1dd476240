"""The catalogue of requirements: TOML files, one a standard, checked when they are read.

Knows no test and no verdict.
"""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from atmt.errors import TesterFault

LEVELS = ("MUST", "MUST NOT", "SHOULD", "SHOULD NOT", "MAY")
_OBLIGATORY = ("id", "section", "level", "role", "text")
_KNOWN = {*_OBLIGATORY, "basis"}


class CatalogueError(TesterFault):
    """A catalogue, or a test's reference to it, is wrong; says where and what to write instead."""


@dataclass(frozen=True, slots=True)
class Requirement:
    """One demand of a standard.

    `text` is our paraphrase, `level` the RFC 2119 key word, `basis` why that level where the standard has
    no key word, `role` who is obliged (server, client, sender, receiver or both).
    """

    id: str
    standard: str
    section: str
    level: str
    role: str
    text: str
    basis: str = ""


Catalogue = Mapping[str, Requirement]


def load(folder: Path) -> dict[str, Requirement]:
    """Every requirement of the TOML files in `folder`.  Raises `CatalogueError`."""
    catalogue: dict[str, Requirement] = {}
    for file in sorted(folder.glob("*.toml")):
        for requirement in _read(file):
            if requirement.id in catalogue:
                raise CatalogueError(f"{file}: requirement {requirement.id} is there twice; ids are unique")
            catalogue[requirement.id] = requirement
    if not catalogue:
        raise CatalogueError(
            f"{folder} holds no requirement; add [[requirement]] entries to a .toml file there"
        )
    return catalogue


def find(catalogue: Catalogue, ids: Iterable[str], where: str) -> list[Requirement]:
    """The requirements of these ids; an unknown one raises `CatalogueError` with the nearest known ones."""
    found = []
    for id_ in ids:
        if id_ not in catalogue:
            near = difflib.get_close_matches(id_, catalogue, n=3, cutoff=0.5)
            hint = (
                f"did you mean {', '.join(near)}?" if near else f"the catalogue has {len(catalogue)} others"
            )
            raise CatalogueError(f"{where}: requirement {id_!r} is in no catalogue of the suite; {hint}")
        found.append(catalogue[id_])
    return found


def _read(file: Path) -> Iterable[Requirement]:
    try:
        document = tomllib.loads(file.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CatalogueError(f"{file} is not TOML: {error}") from None
    standard = document.get("standard", {}).get("id")
    if not isinstance(standard, str):
        raise CatalogueError(f'{file}: say which standard it is: [standard] with id = "RFC1350"')
    for entry in document.get("requirement", []):
        yield _requirement(file, standard, entry)


def _requirement(file: Path, standard: str, entry: dict[str, Any]) -> Requirement:
    where = f"{file}: requirement {entry.get('id', 'without id')}"
    if missing := [key for key in _OBLIGATORY if not isinstance(entry.get(key), str)]:
        raise CatalogueError(f"{where} lacks {', '.join(missing)}")
    if unknown := sorted(entry.keys() - _KNOWN):
        raise CatalogueError(
            f"{where} has unknown keys: {', '.join(unknown)}; known are {', '.join(sorted(_KNOWN))}"
        )
    if entry["level"] not in LEVELS:
        raise CatalogueError(f"{where} has level {entry['level']!r}; choose one of {', '.join(LEVELS)}")
    return Requirement(standard=standard, **entry)
