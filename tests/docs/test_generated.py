"""What the reference says of options, commands, records and TOML files is what the code does.

A wanted change: ``ATMT_SNAPSHOTS=write pytest tests/docs``, then read the diff.
"""

from __future__ import annotations

import os

import generated
import pytest

from pytest_atmt import baseline, requirements
from pytest_atmt.peers import statement

REFERENCE = generated.ROOT / "docs" / "reference"


def _compare(name, text):
    file = REFERENCE / name
    if os.environ.get("ATMT_SNAPSHOTS") == "write":
        file.write_text(text, "utf-8")
    assert file.read_text("utf-8") == text, "is it wanted? see the head of this file"


def test_the_options_are_those_of_pytest_help(pytestconfig):
    _compare("options.md", generated.options(pytestconfig))


def test_every_command_stands_there_with_its_help():
    _compare("command.md", generated.commands())


def test_the_record_is_as_its_schema_says():
    _compare("record.md", generated.record())


@pytest.mark.parametrize(
    ("where", "keys"),
    [
        ("statement", {key for section in statement._SECTIONS.values() for key in section}),
        ("statement", {f"[{section}]" for section in statement._SECTIONS}),
        ("requirement", {*requirements._OBLIGATORY, *requirements._OPTIONAL}),
        (
            "requirement",
            {*requirements.LEVELS, *requirements.ROLES, *requirements.CLASSES, *requirements.BEHAVIOURS},
        ),
        ("baseline", {*baseline._KNOWN}),
    ],
    ids=[
        "keys of a statement",
        "sections of a statement",
        "keys of a requirement",
        "words of it",
        "keys of a baseline",
    ],
)
def test_every_key_of_a_toml_file_is_told(where, keys):
    page = (REFERENCE / "formats.md").read_text("utf-8")
    (part,) = [p for p in page.split("\n## ") if p.lower().startswith(f"the {where}")]
    assert not sorted(key for key in keys if f"`{key}`" not in part)


def test_every_exit_code_is_told():
    page = (REFERENCE / "exit-codes.md").read_text("utf-8")
    assert all(f"\n| {code} |" in page for code in range(9))
