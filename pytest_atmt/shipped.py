"""The suites that come with this distribution, and those that a person names by their folder."""

from __future__ import annotations

import difflib
import importlib
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from atmt.errors import TesterFault

if TYPE_CHECKING:
    from .suite import Suite

_HERE = Path(__file__).parent


class UnknownSuite(TesterFault):
    """There is no suite of that name or in that folder; says which there are."""


def suites() -> dict[str, Path]:
    """Name -> folder of every suite that comes along: in the wheel within this package, in a clone beside it."""
    for home in (_HERE / "suites", _HERE.parent / "suites"):
        if home.is_dir():
            return {path.parent.name: path.parent for path in sorted(home.glob("*/conftest.py"))}
    return {}


def find(name: str) -> Path:
    """The folder of a suite: of a shipped one by its name, else `name` as a path.  Raises `UnknownSuite`."""
    known = suites()
    if name in known:
        return known[name]
    if (Path(name) / "conftest.py").is_file():
        return Path(name)
    near = difflib.get_close_matches(name, known, n=1)
    hint = f" Did you mean {near[0]}?" if near else ""
    raise UnknownSuite(
        f"no suite is called {name!r}, and it is no folder of one.{hint} Shipped: {', '.join(known) or 'none'}; "
        "begin one of your own with: atmt new suite NAME"
    )


def load(folder: Path) -> Suite:
    """What the suite in `folder` says of itself, outside of pytest.  Raises `UnknownSuite`."""
    root, names = folder.resolve(), ["conftest"]
    while (root / "__init__.py").is_file():
        names.insert(0, root.name)
        root = root.parent
    if str(root) not in sys.path:
        sys.path.insert(0, str(root))
    conftest = importlib.import_module(".".join(names))
    if not hasattr(conftest, "pytest_atmt_suite"):
        raise UnknownSuite(f"{folder}/conftest.py has no hook pytest_atmt_suite, so it is no suite")
    suite: Suite = conftest.pytest_atmt_suite()
    return suite
