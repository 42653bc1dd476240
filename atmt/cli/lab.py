"""`atmt lab`: a shell in a network of its own."""

from __future__ import annotations

import os
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from ..lab import Endpoint, Mode, Topology


@click.command(
    "lab",
    short_help="Open a shell in an isolated network.",
    context_settings={"allow_interspersed_args": False},
)
@click.option("--peers", type=click.IntRange(1, 150), default=1, help="How many, on a switch if several.")
@click.option("--name", "names", multiple=True, help="What a peer is called; repeat it for several.")
@click.option("--at", "where", metavar="NAME", help="Whose shell it is: the first peer's unless given.")
@click.option("--mtu", type=click.IntRange(68, 65535), default=1500, help="In bytes; 1500 unless given.")
@click.option(
    "--mode",
    type=click.Choice(["auto", "root", "single", "subuid"]),
    default="auto",
    help="Where its power comes from: root, or a user namespace with a single id or with a range of subordinate ids.",
)
@click.option("--no-ipv6", is_flag=True, help="IPv4 alone.")
@click.option(
    "-w",
    "--capture",
    type=click.Path(dir_okay=False, path_type=Path),
    default=Path("atmt-lab.pcap"),
    help="File for all that the tester's end sees; atmt-lab.pcap unless given.",
)
@click.option("--no-capture", is_flag=True, help="Capture nothing.")
@click.argument("words", metavar="[COMMAND]...", nargs=-1, type=click.UNPROCESSED)
def command(
    peers: int,
    names: tuple[str, ...],
    where: str | None,
    mtu: int,
    mode: Mode,
    no_ipv6: bool,
    capture: Path,
    no_capture: bool,
    words: tuple[str, ...],
) -> None:
    """Open a network as tests have it, with a shell at a peer, or with COMMAND in its place.

    No privilege is needed, and nothing is left when it ends. The exit code is that of the shell or command.
    What the tester's end sees is captured; the tester himself keeps silent.

    \b
    Examples:
      atmt lab --no-capture
      atmt lab --peers 2 -- ping -c 1 192.0.2.3
      atmt lab -w boot.pcap -- in.tftpd -L -s /srv/tftp
    """
    from ..lab import Lab, shell
    from ..lab.recording import recording

    with ExitStack() as stack:
        lab = stack.enter_context(Lab(mode))
        try:
            net = stack.enter_context(lab.topology(peers, names=names or None, mtu=mtu, ipv6=not no_ipv6))
            at = net.end(where) if where else net.peer
        except (ValueError, KeyError) as error:
            raise click.UsageError(f"no such network: {error}") from None
        _introduce(net, at)
        if not no_capture:
            try:
                by = stack.enter_context(recording(net, net.tester, capture))
            except OSError as error:
                raise click.BadParameter(f"{capture}: {error.strerror}", param_hint="-w") from error
            click.echo(f"capturing to {capture} ({by})", err=True)
        status = shell.run(net, at, words)
    if not no_capture:
        click.echo(
            f"captured: {capture}, {os.path.getsize(capture)} bytes; read it with tcpdump -r", err=True
        )
    raise click.exceptions.Exit(status)


def _introduce(net: Topology, at: Endpoint) -> None:
    for end in (net.tester, *net.peers.values()):
        mark = "*" if end == at else " "
        addresses = " ".join(filter(None, (end.ipv4, end.ipv6)))
        click.echo(f"{mark} {end.namespace:<10} {end.interface}  {end.mac}  {addresses}", err=True)
    click.echo("* is where we are; the tester's interface itself has no IP address", err=True)
