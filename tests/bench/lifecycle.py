"""What an automaton costs before it does anything: construct, run and destroy HelloWorld; idle crowds; import.

Run as a script: ``python tests/bench/lifecycle.py``.
"""

from __future__ import annotations

import asyncio
import gc
import os
import resource
import subprocess
import sys
import tempfile
import threading
import time

from common import best, report

N = 300


def hello(ATMT, Automaton):
    class HelloWorld(Automaton):
        @ATMT.state(initial=1)
        def BEGIN(self):
            pass

        @ATMT.condition(BEGIN)
        def wait_for_nothing(self):
            raise self.END()

        @ATMT.state(final=1)
        def END(self):
            pass

    return HelloWorld


def cycle(cls, **kwargs):
    def work() -> int:
        for _ in range(N):
            automaton = cls(**kwargs)
            automaton.run()
            while True:
                try:
                    automaton.destroy()
                    break
                except ValueError:  # Scapy's thread has not ended yet
                    time.sleep(0)
        return N

    return work


def idle(ATMT, Automaton):
    class Idle(Automaton):
        @ATMT.state(initial=1)
        def A(self):
            pass

        @ATMT.timeout(A, 3600)
        def late(self):
            pass

    return Idle


def resident() -> int:
    gc.collect()
    with open("/proc/self/statm") as pages:
        return int(pages.read().split()[1]) * resource.getpagesize()


async def crowd(cls, count: int) -> str:
    before, descriptors = resident(), len(os.listdir("/proc/self/fd"))
    began = time.perf_counter()
    automata = [cls() for _ in range(count)]
    tasks = [asyncio.create_task(a.arun()) for a in automata]
    await asyncio.sleep(0)
    while not all(a.isrunning() for a in automata):
        await asyncio.sleep(0)
    seconds, size = time.perf_counter() - began, (resident() - before) / count
    threads, opened = threading.active_count(), len(os.listdir("/proc/self/fd")) - descriptors
    began = time.perf_counter()
    for automaton in automata:
        automaton.stop()
    await asyncio.gather(*tasks, return_exceptions=True)
    ended = time.perf_counter() - began
    return (
        f"started in {seconds:.2f} s, {size:.0f} bytes each, {threads} thread, {opened} fds more, "
        f"stopped in {ended:.2f} s"
    )


def virtual_crowd(cls, count: int) -> str:
    from atmt.drivers.virtual import Simulation

    world, before = Simulation(), resident()
    automata = [cls() for _ in range(count)]
    for automaton in automata:
        world.start(automaton)
    size = (resident() - before) / count
    world.close()
    return f"{size:.0f} bytes each"


def import_time(code: str, rounds: int = 7) -> float:
    """Seconds to start Python and run `code`, its byte code compiled by an earlier round."""
    cache = {
        "PYTHONDONTWRITEBYTECODE": "",
        "PYTHONPYCACHEPREFIX": os.path.join(tempfile.gettempdir(), "atmt-bench"),
    }

    def work() -> int:
        subprocess.run([sys.executable, "-c", code], check=True, env={**os.environ, **cache})
        return 1

    return best(work, rounds, time.perf_counter)


def main() -> None:
    from atmt import ATMT, Automaton

    for count in (1_000, 10_000):
        print(
            f"{count} idle automata on one asyncio loop: {asyncio.run(crowd(idle(ATMT, Automaton), count))}"
        )
    print(f"10000 idle automata in a simulation: {virtual_crowd(idle(ATMT, Automaton), 10_000)}")
    bare = import_time("pass")
    print(
        f"import atmt: {(import_time('import atmt') - bare) * 1e3:.0f} ms over a bare interpreter's {bare * 1e3:.0f}; "
        f"import scapy.automaton: {(import_time('import scapy.automaton', 3) - bare) * 1e3:.0f} ms"
    )

    import scapy.all  # noqa: F401 - its automata do not run without
    from scapy.automaton import ATMT as SA
    from scapy.automaton import Automaton as SAutomaton

    ours = best(cycle(hello(ATMT, Automaton)), clock=time.perf_counter)
    without = best(
        cycle(hello(SA, SAutomaton), ll=lambda **_: None, recvsock=lambda **_: None), 3, time.perf_counter
    )
    report("HelloWorld: construct, run, destroy", "life", ours, without)
    if os.geteuid() == 0:
        global N
        N = 10
        report(
            "  against Scapy's with default sockets",
            "life",
            ours,
            best(cycle(hello(SA, SAutomaton)), 1, time.perf_counter),
        )


if __name__ == "__main__":
    main()
