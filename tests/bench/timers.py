"""How far ticks are from their times: 100 ticks of 50 ms in real time, idle and with a slow callback.

Run as a script: ``python tests/bench/timers.py``.
"""

from __future__ import annotations

import time

TICKS, PERIOD = 100, 0.05


def ticking(ATMT, Automaton, work: float):
    class Ticking(Automaton):
        @ATMT.state(initial=1)
        def A(self):
            self.began = time.monotonic()
            self.errors = []

        @ATMT.timer(A, PERIOD)
        def tick(self):
            self.errors.append(time.monotonic() - self.began - PERIOD * (len(self.errors) + 1))
            if work:
                time.sleep(work)
            if len(self.errors) == TICKS:
                raise self.END()

        @ATMT.state(final=1)
        def END(self):
            return sorted(self.errors)

    return Ticking


def main() -> None:
    from atmt import ATMT, Automaton

    began, errors = time.monotonic(), []
    for n in range(1, TICKS + 1):
        time.sleep(max(0.0, began + PERIOD * n - time.monotonic()))
        errors.append((time.monotonic() - began - PERIOD * n) * 1e3)
    errors.sort()
    print(
        f"plain time.sleep: error mean {sum(errors) / TICKS:.3f} ms, p99 {errors[int(TICKS * 0.99) - 1]:.3f}"
    )
    for work in (0, 0.01):
        errors = [e * 1e3 for e in ticking(ATMT, Automaton, work)().run()]
        print(
            f"timer, {work * 1e3:.0f} ms of work a tick: error mean {sum(errors) / TICKS:.3f} ms, "
            f"p99 {errors[int(TICKS * 0.99) - 1]:.3f}, max {errors[-1]:.3f}, {TICKS} ticks"
        )


if __name__ == "__main__":
    main()
