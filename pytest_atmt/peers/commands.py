"""What a client's statement says of its commands: which errands it can be sent on, and in which words.

Knows no topology and starts nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from ..errand import GET, PUT, Errand

VERBS = (GET, PUT)
OPTIONS = "{options}"  # a word of its own in a command


def refusal(settings: Mapping[str, Any], errand: Errand) -> str:
    """Why the client cannot be told to do this, to be put behind its name ("": it can).

    A headstrong one is told nothing and yet may do it: what it asks for by itself shows in its request.
    """
    if not settings.get(errand.verb):
        return f"has no command to {errand.verb} a file (its statement: [process] {errand.verb})"
    if settings.get("headstrong"):
        return ""
    if errand.mode != "octet" and errand.mode not in settings.get("modes", {}):
        return f"cannot be told to use mode {errand.mode} (its statement: [process.modes])"
    for name in errand.options:
        if name not in settings.get("options", {}):
            return f"cannot be told to ask for {name} (its statement: [process.options])"
    return ""


def command(settings: Mapping[str, Any], errand: Errand, words: Mapping[str, Any], scheme: str) -> list[str]:
    """The command line for an errand, with `words` and those of the errand filled in."""
    url = f"{scheme}://{words['ip']}:{words['port']}/{quote(errand.name, safe='/')}"
    mode = settings.get("modes", {}).get(errand.mode, errand.mode)
    known = {**words, "name": errand.name, "mode": mode, "url": url}
    line: list[str] = []
    for word in settings[errand.verb]:
        line += _options(settings, errand) if word == OPTIONS else [str(word).format_map(known)]
    return line


def _options(settings: Mapping[str, Any], errand: Errand) -> Sequence[str]:
    """What makes the client ask for the options of an errand; without any, what keeps it from asking."""
    if not errand.options:
        return [str(word) for word in settings.get("plain", ())]
    told = settings["options"]
    return [
        str(word).format_map({"value": value})
        for name, value in errand.options.items()
        for word in (told[name] if value or not _has_value(told[name]) else ())
    ]


def _has_value(words: Sequence[str]) -> bool:
    return any("{value}" in str(word) for word in words)


def lines(settings: Mapping[str, Any]) -> list[str]:
    """The commands as they are written, each as one text."""
    return [" ".join(map(str, settings[verb])) for verb in VERBS if settings.get(verb)]


def program(settings: Mapping[str, Any]) -> str:
    """The program that its commands start."""
    return next(str(settings[verb][0]) for verb in VERBS if settings.get(verb))
