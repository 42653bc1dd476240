"""The tutorial, done as it says: every file written, every command typed, in an environment made for it.

A block with a file's name as title is written to that file; a block of ``sh`` is typed into a shell, and fails the
test unless it exits as its title says (with 0 if it says nothing); a block of ``text`` is what the commands before it
print, with ``...`` for anything.
"""

from __future__ import annotations

import re
import shlex
import sys
from pathlib import Path
from typing import NamedTuple

import pytest
from releasing import ROOT, Shell

from pytest_atmt.peers.program import locate

PAGE = ROOT / "docs" / "tutorial.md"
_BLOCK = re.compile(r'^```(\w+)(?: title="([^"\n]*)")?\n(.*?)^```$', re.DOTALL | re.MULTILINE)


class Block(NamedTuple):
    language: str
    title: str
    text: str


def _blocks(page: str) -> list[Block]:
    return [Block(*found) for found in _BLOCK.findall(page)]


def _shows(wanted: str, printed: str) -> bool:
    """Whether what was printed is as the page has it; a line of ``...`` is any number of lines."""
    parts = re.split(r"^\.\.\.$", wanted.strip("\n"), flags=re.MULTILINE)
    escaped = (re.escape(part.strip("\n")).replace(r"\.\.\.", "[^\n]*") for part in parts)
    return re.search(r"(?:[^\n]*\n)*?".join(f"{part}\n?" for part in escaped), printed + "\n") is not None


def test_the_page_has_no_block_that_is_not_tried():
    page = PAGE.read_text("utf-8")
    assert page.count("\n```") == 2 * len(_blocks(page))
    assert {block.language for block in _blocks(page)} <= {"sh", "text", "python", "toml"}


@pytest.mark.timeout(600)
def test_the_tutorial_does_what_it_says(built, tmp_path):
    if locate("dnsmasq") is None:
        pytest.skip("the tutorial judges dnsmasq, which is not installed (apt-get install dnsmasq-base)")
    shell = Shell(tmp_path, Path(sys.executable).parent, PIP_FIND_LINKS=str(built), PIP_PRE="0")
    entered, printed = "true", ""
    for block in _blocks(PAGE.read_text("utf-8")):
        if block.language == "text":
            assert _shows(block.text, printed), f"wanted:\n{block.text}\nprinted:\n{printed}"
        elif block.language == "sh":
            wanted = int(block.title.removeprefix("exits with ") or 0)
            done = shell(f"{entered}\n{block.text}")
            printed = done.stdout
            if "No matching distribution found" in printed:
                pytest.skip("no package registry is in reach: " + printed.strip().splitlines()[-1])
            assert done.returncode == wanted, f"{block.text}\n{printed}"
            entered = f". {shlex.quote(str(tmp_path))}/venv/bin/activate"
        else:
            file = tmp_path / block.title
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(block.text, "utf-8")


def test_what_was_printed_is_compared_line_by_line():
    assert _shows("a ... c\n...\nd\n", "x\na b c\n1\n2\nd\ne\n")
    assert not _shows("a\nc\n", "a\nb\nc\n")
