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

from . import roles
from .ics import ALWAYS, ClaimError, Condition

LEVELS = ("MUST", "MUST NOT", "SHOULD", "SHOULD NOT", "MAY")
ROLES = ("server", "client", "sender", "receiver", "both")
BEHAVIOURS = ("valid", "invalid", "inopportune", "timer")
CLASSES = ("testable", "implicit", "untestable", "out of scope", "deprecated", "todo")
_OBLIGATORY = ("id", "section", "level", "role", "text")
_OPTIONAL = ("basis", "class", "reason", "applies_if", "behaviour", "peer")


class CatalogueError(TesterFault):
    """A catalogue, or a test's reference to it, is wrong; says where and what to write instead."""


@dataclass(frozen=True, slots=True)
class Requirement:
    """One demand of a standard.

    `text` is our paraphrase, `level` the RFC 2119 key word, `basis` why that level where the standard has
    no key word, `role` who is obliged.  `category` (``class`` in the file) is how it is dealt with, with the
    `reason` unless it is testable.  `applies_if` is a condition over what the peer claims (ICS), `behaviour`
    what a tester has to show a peer to judge it (ISO 9646-1; empty: not said).  `peer` is of whom it is
    judged: server, client or both; unless the file says so, client where that is the role, else server.
    """

    id: str
    standard: str
    section: str
    level: str
    role: str
    text: str
    basis: str = ""
    category: str = "testable"
    reason: str = ""
    applies_if: Condition = ALWAYS
    behaviour: tuple[str, ...] = ()
    peer: str = roles.SERVER


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
    if missing := [key for key in _OBLIGATORY if not entry.get(key)]:
        raise CatalogueError(f"{where} lacks {', '.join(missing)}")
    known = (*_OBLIGATORY, *_OPTIONAL)
    if unknown := sorted(entry.keys() - set(known)):
        raise CatalogueError(f"{where} has unknown keys: {', '.join(unknown)}; known are {', '.join(known)}")
    if wrong := [key for key, value in entry.items() if not isinstance(value, str)]:
        raise CatalogueError(f"{where}: {wrong[0]} must be text")
    _among(where, "level", entry["level"], LEVELS)
    _among(where, "role", entry["role"], ROLES)
    peer = entry.pop("peer", roles.CLIENT if entry["role"] == roles.CLIENT else roles.SERVER)
    _among(where, "peer", peer, (*roles.ROLES, roles.BOTH))
    category = entry.pop("class", "testable")
    _among(where, "class", category, CLASSES)
    if (category == "testable") == bool(entry.get("reason")):
        raise CatalogueError(
            f"{where} has class {category!r}; give a reason where, and only where, it is not testable"
        )
    condition = Condition(entry.pop("applies_if", ""))
    try:
        condition.names()
    except ClaimError as error:
        raise CatalogueError(f"{where}: applies_if: {error}") from None
    behaviour = tuple(word.strip() for word in entry.pop("behaviour", "").split(",") if word.strip())
    for word in behaviour:
        _among(where, "behaviour", word, BEHAVIOURS)
    return Requirement(
        standard=standard, category=category, applies_if=condition, behaviour=behaviour, peer=peer, **entry
    )


def _among(where: str, key: str, value: str, choices: tuple[str, ...]) -> None:
    if value not in choices:
        raise CatalogueError(f"{where} has {key} {value!r}; choose one of {', '.join(choices)}")
