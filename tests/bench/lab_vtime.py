"""Whole retransmission behaviours of real servers under the virtual clock: how long each takes in real time.

Run as a script: ``python tests/bench/lab_vtime.py [ROUNDS]``.  Each round starts a server in a topology of its own,
asks for a file and hears it out until it has given up.
"""

from __future__ import annotations

import os
import statistics
import sys
import time
from pathlib import Path

from atmt.lab import Lab
from pytest_atmt.peers.program import locate

sys.path.insert(0, str(Path(__file__).parents[1] / "atmt" / "vtime"))

from test_vtime_servers import ATFTPD, DNSMASQ, HPA
from vtimepeers import Server

ROUNDS = 20


def main(rounds: int = ROUNDS) -> None:
    print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} CPUs")
    with Lab() as lab:
        print(f"lab mode: {lab.mode}")
        for command in (HPA, ATFTPD, DNSMASQ):
            if (path := locate(command[0])) is None:
                print(f"{command[0]} is not installed")
            else:
                measure(lab, (path, *command[1:]), rounds)


def measure(lab: Lab, command: tuple[str, ...], rounds: int) -> None:
    whole, talks, stories = [], [], set()
    for _ in range(rounds):
        began = time.perf_counter()
        server = Server(lab, command)
        ready = time.perf_counter()
        heard = server.converse(patience=400).heard
        talks.append(time.perf_counter() - ready)
        stories.add((*heard, server.clock.last))
        server.close()
        whole.append(time.perf_counter() - began)
    *times, end = stories.pop()
    middle = statistics.median(whole)
    print(
        f"{Path(command[0]).name:<9} {times} until {end:g} s, {len(stories) + 1} story in {rounds} rounds: "
        f"conversation median {statistics.median(talks) * 1e3:5.1f} ms, with start and network {middle * 1e3:5.1f} ms, "
        f"worst {max(whole) * 1e3:5.1f} ms; {end / middle:,.0f} times faster than real time",
        flush=True,
    )


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
