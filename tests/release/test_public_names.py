"""What others build on stays: the public names are listed, and none of them leaks an `Any` that could be avoided.

Public is what `atmt` and `pytest_atmt` export, every hook, and whatever the reference of the documentation shows.
A wanted change: ``ATMT_SNAPSHOTS=write pytest tests/release/test_public_names.py``, then read the diff.
"""

from __future__ import annotations

import importlib
import inspect
import os
import re
from pathlib import Path

import pytest
from releasing import ROOT

LIST = Path(__file__).with_name("public_names.txt")
PACKAGES = ("atmt", "pytest_atmt")
UNTYPED = {
    **dict.fromkeys(
        ("pkt", "packet", "packets", "layer", "pkt_cls", "data", "where"), "Scapy's packets have no types"
    ),
    **dict.fromkeys(
        ("args", "kwargs", "kw", "action_args", "action_kwargs"), "words of the user's own functions"
    ),
    **dict.fromkeys(("fields", "match", "given"), "values of a packet's fields"),
    **dict.fromkeys(
        ("state", "states"), "a state is a descriptor on the class and a method on the automaton"
    ),
    **dict.fromkeys(("sock", "socketcls", "socket_kargs", "atmt_socket", "atmt_session"), "Scapy's sockets"),
    "bind": "an address as the module socket has it: its shape is that of the family",
    **dict.fromkeys(("settings", "arguments", "document"), "content of a TOML or JSON file"),
}
"""Words whose values cannot have a type, and why."""
RESULTS = {
    **dict.fromkeys(
        ("run", "arun", "wait", "next", "result", "results"), "what the user's final state returned"
    ),
    **dict.fromkeys(
        ("packet", "packets", "accept_packet", "reject_packet", "intercepted", "verdict"), "Scapy's packets"
    ),
    **dict.fromkeys(("ioin", "ioout", "spawn", "socketcls"), "Scapy's sockets and pipes"),
    **dict.fromkeys(("arguments", "data", "pytest_atmt_report"), "content of a TOML or JSON file"),
    **dict.fromkeys(("automaton",), "pytest's type of a fixture is private"),
    **dict.fromkeys(("decode", "describe"), "Scapy's packets"),
}
"""Functions and attributes that give what has no type, and why."""


def _resolve(path):
    """The module, class or function that a dotted name stands for."""
    parts = path.split(".")
    for end in range(len(parts), 0, -1):
        try:
            found = importlib.import_module(".".join(parts[:end]))
        except ModuleNotFoundError:
            continue
        for name in parts[end:]:
            found = getattr(found, name)
        return found
    raise LookupError(path)


def _roots():
    for package in PACKAGES:
        module = importlib.import_module(package)
        yield from ((f"{package}.{name}", getattr(module, name)) for name in module.__all__)
    for page in sorted((ROOT / "docs" / "reference").glob("*.md")):
        for path in re.findall(r"^::: (\S+)", page.read_text("utf-8"), re.MULTILINE):
            yield path, _resolve(path)


def _members(path, found):
    yield path, found
    if inspect.ismodule(found):
        for name, value in vars(found).items():
            if not name.startswith("_") and getattr(value, "__module__", "") == found.__name__:
                yield from _members(f"{path}.{name}", value)
    elif inspect.isclass(found):
        ours = [base for base in found.__mro__ if base.__module__.split(".")[0] in PACKAGES]
        for name, value in {n: v for base in reversed(ours) for n, v in vars(base).items()}.items():
            if not name.startswith("_"):
                yield f"{path}.{name}", getattr(value, "__func__", getattr(value, "fget", value))


PUBLIC = dict(member for root in _roots() for member in _members(*root))


def _shape(found):
    """The names of what a function takes: to rename one breaks those who call it by name."""
    if not inspect.isfunction(found):
        return ""
    words = [
        f"{'*' if p.kind is p.VAR_POSITIONAL else '**' if p.kind is p.VAR_KEYWORD else ''}{p.name}"
        for p in inspect.signature(found).parameters.values()
        if p.name != "self"
    ]
    return f"({', '.join(words)})"


def test_public_names_are_those_that_are_listed():
    names = "".join(sorted(f"{path}{_shape(found)}\n" for path, found in PUBLIC.items()))
    if os.environ.get("ATMT_SNAPSHOTS") == "write":
        LIST.write_text(names)
    assert names == LIST.read_text(), "is it wanted? see the head of this file"


@pytest.mark.parametrize("path", PUBLIC)
def test_a_public_name_leaks_no_any(path):
    found = PUBLIC[path]
    written = inspect.get_annotations(found) if callable(found) else {}
    for word, annotation in written.items():
        if re.search(r"\bAny\b", str(annotation)) and not word.startswith("_"):
            name = path.rpartition(".")[2]
            assert name in RESULTS if word == "return" else word in UNTYPED, f"{word}: {annotation}"


def test_every_function_is_annotated_wholly():
    functions = {path: found for path, found in PUBLIC.items() if inspect.isfunction(found)}
    lacking = [path for path, found in functions.items() if "return" not in found.__annotations__]
    assert functions
    assert not lacking
