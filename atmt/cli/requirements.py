"""`atmt requirements`: what a suite's catalogue demands, and which tests judge it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import click

from .words import SuiteName

_SUITE = click.argument("suite", metavar="SUITE", type=SuiteName())
_JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON instead of lines.")


@click.group("requirements", short_help="List a suite's requirements, and the tests that judge them.")
def command() -> None:
    """Show the requirements of a suite: one that comes along (see atmt suites), or the folder of one."""


def _filters(function: Callable[..., None]) -> Callable[..., None]:
    for option, text in (
        ("--level", "Only of this level, such as MUST."),
        ("--role", "Only on this role, such as server."),
        ("--class", "Only of this class, such as testable."),
    ):
        name = "category" if option == "--class" else option[2:]
        function = click.option(option, name, help=text)(function)
    return function


@command.command("list")
@_SUITE
@_filters
@_JSON
def list_(suite: str, as_json: bool, **wanted: str | None) -> None:
    """List the requirements of SUITE: id, level, role, class, and what is demanded.

    \b
    Examples:
      atmt requirements list tftp --level MUST --role client
    """
    found = _found(suite, wanted)
    if as_json:
        click.echo(json.dumps(found, indent=1))
        return
    width = max((len(r["id"]) for r in found), default=0)
    for r in found:
        what = "" if r["category"] == "testable" else f"  [{r['category']}: {r['reason']}]"
        click.echo(f"{r['id']:{width}} {r['level']:10} {r['role']:8} {r['text']}{what}")
    click.echo(f"{len(found)} requirements")


@command.command("coverage")
@_SUITE
@_filters
@_JSON
def coverage(suite: str, as_json: bool, **wanted: str | None) -> None:
    """Count the tests of SUITE that judge each requirement; exits with 1 if a testable one has none.

    \b
    Examples:
      atmt requirements coverage tftp --level MUST
    """
    from pytest_atmt import lint, shipped

    judged = lint.judged(shipped.find(suite))
    found = [{**r, "tests": judged.get(r["id"], 0)} for r in _found(suite, wanted)]
    lacking = [r["id"] for r in found if r["category"] == "testable" and not r["tests"]]
    if as_json:
        click.echo(json.dumps(found, indent=1))
    else:
        width = max((len(r["id"]) for r in found), default=0)
        for r in found:
            count = r["tests"] if r["category"] == "testable" else r["category"]
            click.echo(f"{r['id']:{width}} {r['level']:10} {count!s:>12}  {r['text']}")
        testable = sum(r["category"] == "testable" for r in found)
        click.echo(f"{testable - len(lacking)} of {testable} testable requirements are judged by a test")
    raise click.exceptions.Exit(1 if lacking else 0)


def _found(suite: str, wanted: dict[str, str | None]) -> list[dict[str, Any]]:
    from pytest_atmt import judge, requirements, shipped

    for key, choices in (
        ("level", requirements.LEVELS),
        ("role", requirements.ROLES),
        ("category", requirements.CLASSES),
    ):
        if wanted[key] not in (None, *choices):
            option = "--class" if key == "category" else f"--{key}"
            raise click.UsageError(f"{option} {wanted[key]!r}: choose one of {', '.join(choices)}.")
    catalogue = requirements.load(shipped.find(suite) / "requirements")
    rows = [judge.requirement_data(r) for r in catalogue.values()]
    return [r for r in rows if all(value in (None, r[key]) for key, value in wanted.items())]
