"""`atmt suites`: the suites that come along."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import click


@click.command("suites", short_help="List the conformance suites that come along.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of lines.")
def command(as_json: bool) -> None:
    """List the suites that come along, with what they judge and whom they know.

    \b
    Examples:
      atmt suites --json
      atmt test tftp --peer udp://192.0.2.7
    """
    from pytest_atmt import requirements, shipped
    from pytest_atmt.peers import registry

    found: list[dict[str, Any]] = []
    for name, folder in shipped.suites().items():
        catalogue = requirements.load(folder / "requirements").values()
        found.append(
            {
                "name": name,
                "folder": str(folder),
                "standards": sorted({r.standard for r in catalogue}),
                "requirements": dict(Counter(r.category for r in catalogue)),
                "peers": list(registry.known(folder / "peers")),
            }
        )
    if as_json:
        click.echo(json.dumps(found, indent=1))
        return
    for suite in found:
        counts = ", ".join(f"{n} {word}" for word, n in suite["requirements"].items())
        click.echo(f"{suite['name']}: {', '.join(suite['standards'])}")
        click.echo(f"  requirements  {counts}\n  peers         {', '.join(suite['peers'])}")
        click.echo(f"  folder        {suite['folder']}")
