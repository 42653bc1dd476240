"""One HTML file that shows a record: no network, no server, nothing to install.

The page's own code is the same for every record.  A record's data stands in it as compressed base64, so
that no text of a peer is ever read as markup; a content policy forbids everything else.
"""

from __future__ import annotations

import base64
import hashlib
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup

from .bundle import script, style
from .payload import payload

_TEMPLATES = Path(__file__).with_name("templates")


def write_html(record: Mapping[str, Any], path: Path) -> Path:
    """Write the page of `record` to `path`, whole or not at all; returns `path`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(f"{path.suffix}.part")
    unfinished.write_text(page(record), "utf-8")
    os.replace(unfinished, path)
    return path


def page(record: Mapping[str, Any], budget: int | None = None) -> str:
    """The text of the page; `budget` is the room for details of tests, in characters."""
    code, look, data = script(_TEMPLATES), style(_TEMPLATES), payload(record, budget)
    shell = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_TEMPLATES),
        autoescape=True,
        block_start_string="[%",
        block_end_string="%]",
        variable_start_string="[[",
        variable_end_string="]]",
        comment_start_string="[#",
        comment_end_string="#]",
        trim_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    return shell.get_template("shell.html").render(
        title=f"{record.get('outcome', '')}: {record.get('suite', '')}",
        script=Markup(code),  # both are our own files, not data
        style=Markup(look),
        policy=_policy(code, look),
        index=data.index,
        blocks=data.blocks,
    )


def _policy(code: str, look: str) -> str:
    """Only this script, only this style, and no connection to anywhere."""
    return (
        f"default-src 'none'; script-src '{_hash(code)}'; style-src '{_hash(look)}'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
