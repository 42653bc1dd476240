"""The pages of the reference that say what the code says: options, commands, record; knows no test."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
HELP = ROOT / "tests" / "atmt" / "cli" / "snapshots"
SCHEMA = ROOT / "pytest_atmt" / "schema" / "report-1.json"


def options(config: pytest.Config) -> str:
    """Options of pytest that the plugin adds, as ``pytest --help`` tells them, with their ini keys."""
    rows = []
    for option in config._parser.getgroup("atmt").options:
        attributes = option.attrs()
        name = option.names()[0]
        value = f" {_metavar(attributes)}" if attributes["nargs"] != 0 else ""
        key = option.dest if option.dest.startswith("atmt_") else f"atmt_{option.dest}"
        text = str(attributes["help"]).replace("%default", str(attributes.get("default")))
        rows.append(f"| `{name}{value}` | `{key}` | {_cell(text)} |")
    return "\n".join([*_OPTIONS, *rows, ""])


def commands() -> str:
    """Every command of ``atmt``, as its help tells it."""
    parts = [_COMMANDS]
    for file in sorted(HELP.glob("help*.txt"), key=lambda path: path.stem.split("-")[1:]):
        words = file.stem.split("-")[1:]
        parts.append(
            f"{'##' if len(words) < 2 else '###'} {' '.join(['atmt', *words])}\n\n```text\n{file.read_text()}```\n"
        )
    return "\n".join(parts)


def record() -> str:
    """``report.json``, key by key, from its JSON Schema."""
    schema = json.loads(SCHEMA.read_text("utf-8"))
    parts = [_RECORD, *_table("The whole", schema)]
    for name, part in schema["$defs"].items():
        parts += _table(f"A {name}" if name[0] not in "aeiou" else f"An {name}", part)
    return "\n".join(parts)


def _table(title: str, part: dict[str, Any]) -> Iterator[str]:
    yield f"## {title}\n"
    if text := part.get("description"):
        yield f"{_cell(text)}\n"
    if "properties" not in part:
        yield f"{_type(part)}\n"
        return
    yield "| key | type | |\n|---|---|---|"
    for key, value in part["properties"].items():
        optional = "" if key in part.get("required", ()) else " (may be missing)"
        yield f"| `{key}` | {_type(value)} | {_cell(value.get('description', ''))}{optional} |"
    yield ""


def _type(value: dict[str, Any]) -> str:
    if "$ref" in value:
        name = value["$ref"].rpartition("/")[2]
        return f"[{name}](#{'an' if name[0] in 'aeiou' else 'a'}-{name})"
    if "const" in value:
        return f"`{json.dumps(value['const'])}`"
    if "enum" in value:
        return ", ".join(f"`{json.dumps(choice)}`" for choice in value["enum"])
    for key in ("oneOf", "anyOf"):
        if key in value:
            return " or ".join(map(_type, value[key]))
    if value.get("type") == "array":
        return f"list of {_type(value['items'])}" if value.get("items") else "list"
    if isinstance(inner := value.get("additionalProperties"), dict):
        return f"object of {_type(inner)}"
    kinds = value.get("type", "anything")
    return " or ".join(kinds) if isinstance(kinds, list) else str(kinds)


def _metavar(attributes: dict[str, Any]) -> str:
    if choices := attributes.get("choices"):
        return "\\|".join(choices)
    return str(attributes["metavar"])


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|").replace("<", "&lt;").replace("[", "\\[")


_NOTE = "<!-- Generated: ATMT_SNAPSHOTS=write pytest tests/docs; a test compares it with the code. -->\n"
_OPTIONS = [
    "# Options of pytest\n",
    _NOTE,
    "Each option may be kept in the ini-file (`pytest.ini`, `[tool.pytest]` of `pyproject.toml`, ...) under its",
    "key; the command line wins. Unknown keys that begin with `atmt_`, and values that an option refuses, are told,",
    "with the nearest known ones, before anything starts.\n",
    "```toml",
    "[tool.pytest]",
    'atmt_peer = ["reference", "tftpd-hpa"]',
    'atmt_require = "MUST"',
    'atmt_baseline = "known.toml"',
    "```\n",
    "| option | key | |",
    "|---|---|---|",
]
_COMMANDS = f"""# The command `atmt`

{_NOTE}
An error is one line that names its remedy, and exit code 2. Where a machine reads, `--json` is given. In the
shell, words are completed: `eval "$(_ATMT_COMPLETE=bash_source atmt)"`.
"""
_RECORD = f"""# The record: report.json

{_NOTE}
Every report is computed from this file. It is described by the JSON Schema `pytest_atmt/schema/report-1.json`, from
which this page is made; a key that is added leaves the version, one that changes its meaning raises it.
"""
