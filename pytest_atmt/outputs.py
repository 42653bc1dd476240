"""The files that a run leaves behind: record, page, JUnit, Markdown, baseline.

Each is written from complete records; knows no pytest but its exit codes.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

from . import baseline, captures, gates, junit, markdown, record, report
from .settings import Settings

Document = dict[str, Any]


def exit_code(documents: Iterable[Document]) -> int:
    """The gravest of several records' exit codes."""
    return gates.exit_code(gate for document in documents for gate in document["gates"])


def write(documents: list[Document], settings: Settings, file: Callable[[str], Path]) -> None:
    """Everything that was asked for; a CI job's own summary page too, where there is one."""
    for document in documents:
        path = file(document["suite"])
        captures.write(document, path.parent, settings.capture)
        record.write(path, document)
        if settings.html:
            report.write(document, path.parent)
    if settings.junit:
        write_text(settings.junit, junit.render(documents))
    if settings.summary:
        write_text(settings.summary, markdown.render(documents))
    if page := os.environ.get("GITHUB_STEP_SUMMARY"):
        with open(page, "a", encoding="utf-8") as out:
            out.write(markdown.render(documents))


def everything(document: Document, folder: Path) -> Path:
    """All reports of a record into `folder`, from the record alone; returns the page's path."""
    captures.write(document, folder, "failed")
    record.write(folder / record.FILE, document)
    write_text(folder / "junit.xml", junit.render([document]))
    write_text(folder / "summary.md", markdown.render([document]))
    return report.write(document, folder)


def write_text(path: Path, text: str) -> None:
    """Write a file and the folders above it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")


def update_baseline(documents: list[Document], settings: Settings) -> Iterator[str]:
    """Bring the baseline in line with the run where that was asked for; says what was done."""
    if not settings.update or settings.baseline is None:
        return
    old = new = settings.known or {}
    for document in documents:
        new = baseline.updated(new, document, date.today())
    baseline.write(settings.baseline, new)
    changed = sum(new[name] != old[name] for name in new.keys() & old.keys())
    yield (
        f"baseline: {settings.baseline}: {len(new.keys() - old.keys())} added, {changed} changed, "
        f"{len(old.keys() - new.keys())} removed; this run was judged by what stood there before"
    )
