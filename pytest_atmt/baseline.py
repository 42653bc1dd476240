"""Known deviations: a TOML file that says which failures are expected, of which kind, why and until when.

An entry excuses one signature of one test, never another.  Knows no pytest.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from atmt.errors import TesterFault

from .verdicts import Verdict

_OBLIGATORY: dict[str, type | tuple[type, ...]] = {
    "test": str,
    "requirement": (str, list),
    "signature": str,
    "reason": str,
    "expires": date,
}
_KNOWN: dict[str, type | tuple[type, ...]] = {**_OBLIGATORY, "peer": str, "link": str}
_HEAD = "# Known deviations.  Each entry excuses one signature of one test until it expires; say why in `reason`.\n"
_EXCUSED_FOR = timedelta(days=90)


class BaselineError(TesterFault):
    """A baseline file is wrong; says where and what to write instead."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One known deviation.  `peer` is "" where the test's id says all."""

    test: str
    requirement: tuple[str, ...]
    signature: str
    reason: str
    expires: date
    peer: str = ""
    link: str = ""

    def data(self) -> dict[str, Any]:
        """As plain data."""
        return {
            "test": self.test,
            "peer": self.peer,
            "requirement": list(self.requirement),
            "signature": self.signature,
            "reason": self.reason,
            "link": self.link,
            "expires": self.expires.isoformat(),
        }


def read(file: Path) -> dict[str, Entry]:
    """Test -> entry.  Raises `BaselineError`."""
    try:
        document = tomllib.loads(file.read_text("utf-8"))
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BaselineError(f"{file} cannot be read as a baseline: {error}") from None
    if unknown := document.keys() - {"known"}:
        raise BaselineError(f"{file}: unknown section {', '.join(sorted(unknown))}; known is [[known]]")
    found: dict[str, Entry] = {}
    for number, content in enumerate(document.get("known", []), 1):
        entry = _entry(f"{file}: entry {number}", content)
        if entry.test in found:
            raise BaselineError(f"{file}: {entry.test} is there twice; keep one entry")
        found[entry.test] = entry
    return found


def _entry(where: str, content: Mapping[str, Any]) -> Entry:
    if unknown := sorted(content.keys() - _KNOWN.keys()):
        raise BaselineError(
            f"{where} has unknown keys: {', '.join(unknown)}; known are {', '.join(sorted(_KNOWN))}"
        )
    if missing := [key for key in _OBLIGATORY if not content.get(key)]:
        raise BaselineError(f"{where} lacks {', '.join(missing)}")
    for key, value in content.items():
        if not isinstance(value, _KNOWN[key]):
            raise BaselineError(f"{where}: {key} is {value!r}; {_FORMS.get(key, 'write text in quotes')}")
    ids = content["requirement"]
    return Entry(**{**content, "requirement": (ids,) if isinstance(ids, str) else tuple(ids)})


_FORMS = {
    "expires": "write a date without quotes, such as 2027-03-31",
    "requirement": "write an id, or a list of ids",
}


def compare(entry: Entry, requirements: Iterable[str], signature: str, today: date) -> tuple[str, str]:
    """("known", ""), or what makes the entry no excuse for a failure: ("mismatched" or "expired", why)."""
    if set(entry.requirement) != set(requirements):
        return "mismatched", f"it is about {', '.join(entry.requirement)}, not {', '.join(requirements)}"
    if entry.signature != signature:
        return "mismatched", f"known is {entry.signature!r}, this is {signature!r}"
    if entry.expires < today:
        return "expired", f"it expired on {entry.expires.isoformat()}"
    return "known", ""


def stale(entries: Iterable[Mapping[str, Any]], document: Mapping[str, Any]) -> list[tuple[str, str]]:
    """(test, why) for each entry whose test passed, or is gone though the whole suite was run."""
    tests = {t["nodeid"]: t for t in document["tests"]}
    collected = tests.keys() | {t["nodeid"] for t in document["missing"]}
    deselected = set(document["selection"]["deselected"])
    found = []
    for entry in entries:
        name = entry["test"]
        if name in tests and tests[name]["verdict"] == Verdict.PASS:
            found.append((name, "the test passes now"))
        elif name in collected or name in deselected or not document["selection"]["whole"]:
            continue
        elif not entry["peer"] or entry["peer"] in document["peers"]:
            found.append((name, "there is no such test any more"))
    return found


# -- updating


def updated(old: Mapping[str, Entry], document: Mapping[str, Any], today: date) -> dict[str, Entry]:
    """`old` brought in line with a run: failures in, what passes out, what was not run untouched."""
    gone = {name for name, _ in stale((e.data() for e in old.values()), document)}
    kept = {name: entry for name, entry in old.items() if name not in gone}
    for test in document["tests"]:
        name = test["nodeid"]
        if test["verdict"] == Verdict.FAIL and (test.get("baseline") or {}).get("state") != "expired":
            kept[name] = Entry(
                name,
                tuple(test["requirements"]),
                test["signature"],
                test["reason"].splitlines()[0] if test["reason"] else test["signature"],
                today + _EXCUSED_FOR,
                test["peer"],
            )
    return kept


def write(file: Path, entries: Mapping[str, Entry]) -> None:
    """Write the file anew, sorted by test."""
    blocks = [_HEAD]
    for _, entry in sorted(entries.items()):
        data = entry.data()
        expires = data.pop("expires")
        # text and lists of texts are written alike in JSON and TOML; a date stands without quotes
        lines = [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in data.items()]
        blocks.append("\n".join(["[[known]]", *lines, f"expires = {expires}"]) + "\n")
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("\n".join(blocks), "utf-8")
