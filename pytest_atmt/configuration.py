"""Options of the command line that a project may keep in its ini-file, under the same names.

``--atmt-fail-on`` is ``atmt_fail_on`` there, ``--peer`` is ``atmt_peer``.  The command line wins.  Loaded in every
pytest run: imports nothing of atmt.
"""

from __future__ import annotations

import argparse
from typing import Any

import pytest

_MANY = ("peer", "requirement", "level", "role", "behaviour")  # options that may be given several times
_MINE = "atmt"  # the group's name
_UNSAID: tuple[Any, ...] = (None, [], "")
_UNLESS_SAID = {"atmt_html": "yes", "atmt_capture": "failed", "atmt_fuzz": 3, "atmt_seed": "0"}
"""Where neither the command line nor the ini-file says anything; argparse knows None, to tell that from a word."""


def add(parser: pytest.Parser) -> None:
    """Declare an ini key for each of our options."""
    for action in _actions(parser):
        # pytest lists the kinds in a type that it does not export
        parser.addini(_key(action.dest), f"as {action.option_strings[0]}", type=_kind(action), default=None)  # type: ignore[arg-type]


def take(config: pytest.Config) -> None:
    """Give the options that the command line leaves open the values of the ini-file.

    Raises `pytest.UsageError` for a key that none of our options has, and for a value that its option refuses.
    """
    known = {_key(action.dest): action for action in _actions(config._parser)}
    for key in config._inicfg:  # pytest has no public way to see keys that nobody declared
        if key.startswith("atmt_") and key not in known:
            import difflib  # a run without mistakes does not pay for it

            near = difflib.get_close_matches(key, known, n=1)
            hint = f"did you mean {near[0]}?" if near else f"known are {', '.join(sorted(known))}"
            raise pytest.UsageError(f"{config.inipath}: unknown key {key}; {hint}")
    for key, action in known.items():
        value = _value(config, key)
        if getattr(config.option, action.dest) not in _UNSAID:
            continue
        if value not in (None, "", []):
            setattr(config.option, action.dest, _checked(config, key, action, value))
        elif action.dest in _UNLESS_SAID:
            setattr(config.option, action.dest, _UNLESS_SAID[action.dest])


def _kind(action: argparse.Action) -> str:
    """The type of an ini key, by which pytest reads it."""
    if action.dest in _MANY:
        return "args"
    if action.nargs == 0:
        return "bool"
    return "int" if isinstance(_UNLESS_SAID.get(action.dest), int) else "string"


def _value(config: pytest.Config, key: str) -> Any:
    try:
        return config.getini(key)
    except (TypeError, ValueError, pytest.UsageError) as error:
        raise pytest.UsageError(f"{config.inipath}: {key}: {error}") from None


def _checked(config: pytest.Config, key: str, action: argparse.Action, value: Any) -> Any:
    """`value` as the command line would have it."""
    if action.choices is not None and value not in action.choices:
        choices = ", ".join(map(str, action.choices))
        raise pytest.UsageError(f"{config.inipath}: {key} is {value!r}; choose one of {choices}")
    if not callable(action.type):
        return value
    try:
        return action.type(value)
    except (ValueError, argparse.ArgumentTypeError):
        raise pytest.UsageError(f"{config.inipath}: {key} is {value!r}, which makes no sense there") from None


def _actions(parser: pytest.Parser) -> list[argparse.Action]:
    group = parser.getgroup(_MINE)
    return [_action(option) for option in group.options]


def _action(option: Any) -> argparse.Action:
    """An option as argparse knows it."""
    attributes = option.attrs()
    return argparse.Action(
        option.names(),
        option.dest,
        nargs=0 if attributes.get("action") == "store_true" or attributes.get("nargs") == 0 else None,
        type=attributes.get("type"),
        choices=attributes.get("choices"),
    )


def _key(dest: str) -> str:
    return dest if dest.startswith("atmt_") else f"atmt_{dest}"
