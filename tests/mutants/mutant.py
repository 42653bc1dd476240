"""A mutant: one edit of the reference server's source, and the tests that must notice it.

Knows no pytest.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType

import suites.tftp
from pytest_atmt import Host

FOLDER = Path(suites.tftp.__file__).parent
PACKAGE = suites.tftp.__name__


@dataclass(frozen=True, slots=True)
class Mutant:
    """`old` stands once in the module `file` and is replaced by `new`; each of `killers` must fail then."""

    name: str
    old: str
    new: str
    killers: tuple[str, ...]
    file: str = "reference"

    def server(self) -> Callable[[Host], None]:
        """What starts the wrong server on a host.  Raises `LookupError` if the edit does not apply."""
        source = _source(self.file)
        if (found := source.count(self.old)) != 1:
            raise LookupError(f"mutant {self.name!r}: {self.old!r} stands {found} times in {self.file}.py")
        edited = _module(self.file, source.replace(self.old, self.new))
        if self.file != "reference":
            helper, edited = edited, _module("reference", _source("reference"))
            setattr(edited, self.file, helper)
        serve: Callable[[Host], None] = edited.serve
        return serve


@cache
def _source(name: str) -> str:
    return (FOLDER / f"{name}.py").read_text("utf-8")


def _module(name: str, source: str) -> ModuleType:
    module = ModuleType(f"{PACKAGE}.{name}_mutant")
    module.__package__ = PACKAGE
    exec(compile(source, f"<mutant of {name}.py>", "exec"), module.__dict__)
    return module
