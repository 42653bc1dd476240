"""A mutant: one edit of a reference peer's source, and what must notice it.

Knows no pytest.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.abc import MetaPathFinder, SourceLoader
from importlib.machinery import ModuleSpec
from importlib.util import spec_from_loader
from pathlib import Path
from types import ModuleType
from typing import ClassVar

import suites.tftp
from pytest_atmt.roles import CLIENT, SERVER

FOLDER = Path(suites.tftp.__file__).parent
PACKAGE = "suites.tftp_edited"  # a second life of the suite's package, with one module edited


class Edit:
    """`old` stands once in the module `file` and is replaced by `new`.

    `begin` is the function of the module `reference` that starts the peer.
    """

    __slots__ = ()
    role: ClassVar[str]
    reference: ClassVar[str]
    begin: ClassVar[str]

    name: str
    file: str
    old: str
    new: str
    breaks: tuple[str, ...]
    killers: tuple[str, ...]

    def peer(self) -> Callable[..., None]:
        """What starts the wrong peer on a host.  Raises `LookupError` if the edit does not apply."""
        source = (FOLDER / f"{self.file}.py").read_text("utf-8")
        if (found := source.count(self.old)) != 1:
            raise LookupError(f"mutant {self.name!r}: {self.old!r} stands {found} times in {self.file}.py")
        with _edited(self.file, source.replace(self.old, self.new)):
            module = importlib.import_module(f"{PACKAGE}.{self.reference}")
        begin: Callable[..., None] = getattr(module, self.begin)
        return begin


@dataclass(frozen=True, slots=True)
class Mutant(Edit):
    """A server; a test of each requirement that it `breaks` must fail.  A legal variant breaks nothing."""

    role = SERVER
    reference = "reference"
    begin = "serve"
    killers = ()

    name: str
    file: str
    old: str
    new: str
    breaks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ClientMutant(Edit):
    """A client; each of the tests `killers` must fail."""

    role = CLIENT
    reference = "reference_client"
    begin = "go"
    breaks = ()

    name: str
    old: str
    new: str
    killers: tuple[str, ...] = ()
    file: str = "reference_client"


@contextmanager
def _edited(file: str, source: str) -> Iterator[None]:
    """Modules of `PACKAGE` are those of the suite, but for this one; they stay until there is another."""
    for name in [name for name in sys.modules if name.startswith(f"{PACKAGE}.")]:
        del sys.modules[name]
    finder = _Finder(file, source)
    package = ModuleType(PACKAGE)
    package.__path__ = [str(FOLDER)]
    sys.modules[PACKAGE] = package
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)


class _Finder(MetaPathFinder):
    def __init__(self, file: str, source: str) -> None:
        self._name, self._source = f"{PACKAGE}.{file}", source

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        return spec_from_loader(name, _Edited(self._source)) if name == self._name else None


class _Edited(SourceLoader):
    def __init__(self, source: str) -> None:
        self._source = source

    def get_filename(self, fullname: str) -> str:
        return f"<mutant of {fullname.rpartition('.')[2]}.py>"

    def get_data(self, path: str | bytes) -> bytes:
        return self._source.encode()
