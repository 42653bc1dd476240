"""What the documentation shows is sound: Python, TOML, commands and options.

The pages named in `EXECUTED` run as printed; the tutorial is followed step by step by ``tests/release``.
"""

from __future__ import annotations

import ast
import importlib
import re
import shlex
import tomllib
from pathlib import Path

import click
import pytest

from atmt.cli.group import atmt

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
EXECUTED = ["automata.md"]
PAGES = [*sorted(DOCS.rglob("*.md")), ROOT / "README.md", ROOT / "CONTRIBUTING.md"]


def _blocks(page, *languages):
    found = re.findall(r"^```(\w+)[^\n]*\n(.*?)^```", page.read_text("utf-8"), re.DOTALL | re.MULTILINE)
    return [text for language, text in found if language in languages]


def _cases(*languages):
    return [
        pytest.param(text, id=f"{page.relative_to(ROOT)}-{number}")
        for page in PAGES
        for number, text in enumerate(_blocks(page, *languages), 1)
    ]


@pytest.mark.parametrize("page", EXECUTED)
def test_every_block_of_a_page_runs(page, tmp_path, monkeypatch):
    blocks = _blocks(DOCS / page, "python")
    assert blocks
    monkeypatch.chdir(tmp_path)
    names = {"__name__": "snippets"}
    for block in blocks:
        exec(compile(block, f"{page}: {block.splitlines()[0]}", "exec"), names)


@pytest.mark.parametrize("text", _cases("python"))
def test_python_can_be_read_and_imports_what_is_there(text):
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] in ("atmt", "pytest_atmt"):
            module = importlib.import_module(node.module)
            for alias in node.names:
                assert hasattr(module, alias.name) or importlib.import_module(f"{node.module}.{alias.name}")


@pytest.mark.parametrize("text", _cases("toml"))
def test_toml_can_be_read(text):
    assert tomllib.loads(text)


def _calls(text):
    """The words behind ``atmt`` in each of its calls in a shell's text."""
    for line in re.sub(r"\\\n", " ", text).splitlines():
        words = shlex.split(line, comments=True)
        for at, word in enumerate(words):
            if word.rpartition("/")[2] == "atmt" and (at == 0 or words[at - 1] in ("&&", "|", ";")):
                rest = words[at + 1 :]
                yield rest[
                    : min(
                        (rest.index(end) for end in ("&&", "|", ";", ">") if end in rest), default=len(rest)
                    )
                ]


@pytest.mark.parametrize("text", [case for case in _cases("sh") if any(_calls(case.values[0]))])
def test_commands_are_ones_that_atmt_takes(text):
    for words in _calls(text):
        if words == ["--version"]:
            continue
        command, name = atmt, "atmt"
        context = click.Context(atmt, info_name=name, **atmt.context_settings)
        while isinstance(command, click.Group):
            name, command, words = command.resolve_command(context, list(words))
            context = click.Context(command, info_name=name, parent=context)
        command.make_context(name, list(words), parent=context, resilient_parsing=True)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_options_are_ones_that_pytest_takes(page, pytestconfig):
    known = {name for option in pytestconfig._parser.getgroup("atmt").options for name in option.names()}
    told = set(re.findall(r"(?<![\w-])--atmt-[a-z]+(?:-[a-z]+)*", page.read_text("utf-8")))
    assert told <= known
