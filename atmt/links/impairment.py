"""Faults on a link, by rule: which packets are lost, doubled, late, overtaken, corrupted or cut.

Deterministic, also where chance decides (by its seed), and noted on each frame that is touched, so that the
trace tells.  Works on any link, in real and in virtual time.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from copy import copy
from dataclasses import dataclass
from random import Random
from typing import Any, Literal

from ..clock import Clock
from ..errors import TesterFault
from ..frame import Frame
from ..trace import matches
from .base import Link, lost
from .flow import Instruction
from .lane import Lane

Direction = Literal["sent", "received"]
Change = Callable[[bytes, Random], "bytes | None"]

PATIENCE = 1.0  # seconds that a packet waits for others to overtake it
FEW = 4  # differing bytes, to be listed one by one


@dataclass(frozen=True, slots=True)
class Match:
    """Which packets a rule counts, and which of those it takes.

    Number `nth`, and then each further `every`; `times` of them (None: all); each with `probability`.
    """

    layer: Any = None
    fields: tuple[tuple[str, Any], ...] = ()
    direction: Direction | None = None
    nth: int = 1
    times: int | None = 1
    every: int = 1
    probability: float = 1.0
    seed: int = 0
    where: Callable[[Any], bool] | None = None

    def __call__(self, frame: Frame, direction: Direction) -> bool:
        """Whether the rule counts this packet; dissects it only if it must."""
        if self.direction not in (None, direction):
            return False
        if (self.layer is not None or self.fields) and not matches(
            frame.packet, self.layer, dict(self.fields)
        ):
            return False
        return self.where is None or bool(self.where(frame.packet))

    def takes(self, number: int, chance: Random) -> bool:
        """Whether it takes packet `number` (from 1) of those that it counts."""
        steps, rest = divmod(number - self.nth, self.every)
        if rest or steps < 0 or (self.times is not None and steps >= self.times):
            return False
        return self.probability >= 1 or chance.random() < self.probability


@dataclass(frozen=True, slots=True)
class Impairment:
    """A rule.  `copies` are the delays (seconds) of what arrives instead of the packet: none at all drops
    it, ``(0, 0)`` doubles it.  `change` makes other bytes of its bytes (None: drops it), and `overtaken`
    lets so many later packets of its direction go first."""

    name: str
    copies: tuple[float, ...]
    match: Match
    change: Change | None = None
    overtaken: int = 0


def drop(layer: Any = None, /, **match: Any) -> Impairment:
    """Lose a packet that has `layer` with the field values given.

    Further arguments choose: `direction` ("sent" or "received", as the automaton sees it; default both),
    `where` (a function of the packet), and among those that match `nth` (1), `times` (1), `every` (so many
    from there on), `probability` with its `seed` (0).  With `every` or `probability`, `times` is without limit
    unless given.
    """
    return Impairment("dropped", (), _match(layer, **match))


def duplicate(layer: Any = None, /, **match: Any) -> Impairment:
    """Deliver such a packet twice; arguments as for `drop`."""
    return Impairment("duplicated", (0.0, 0.0), _match(layer, **match))


def delay(seconds: float, layer: Any = None, /, **match: Any) -> Impairment:
    """Deliver such a packet `seconds` late; further arguments as for `drop`."""
    return Impairment(f"delayed by {seconds:g} s", (seconds,), _match(layer, **match))


def reorder(k: int = 1, layer: Any = None, /, **match: Any) -> Impairment:
    """Deliver such a packet after the next `k` of its direction, or 1 s late if they do not come by then."""
    return Impairment(f"overtaken by {k}", (PATIENCE,), _match(layer, **match), overtaken=k)


def corrupt(bits: int = 1, layer: Any = None, /, *, at: int | None = None, **match: Any) -> Impairment:
    """Flip `bits` bits of such a packet, anywhere, or in its byte number `at` (from the link's layer up)."""

    def flip(data: bytes, chance: Random) -> bytes:
        first, room = (0, len(data) * 8) if at is None else (at * 8, 8)
        changed = bytearray(data)
        for place in _sample(chance, room, bits):
            if (first + place) // 8 < len(changed):
                changed[(first + place) // 8] ^= 1 << place % 8
        return bytes(changed)

    return Impairment(f"corrupted in {bits} bit{'s' * (bits > 1)}", (0.0,), _match(layer, **match), flip)


def truncate(size: int, layer: Any = None, /, **match: Any) -> Impairment:
    """Deliver only the first `size` bytes of such a packet, counted from the link's layer up."""
    return Impairment(f"cut to {size} bytes", (0.0,), _match(layer, **match), lambda data, _: data[:size])


def alter(function: Callable[[bytes], bytes | None], layer: Any = None, /, **match: Any) -> Impairment:
    """Deliver what `function` makes of the bytes of such a packet; None drops it."""
    name = f"altered by {getattr(function, '__name__', 'a function')}"
    return Impairment(name, (0.0,), _match(layer, **match), lambda data, _: function(data))


def _match(layer: Any, **given: Any) -> Match:
    chosen = {
        key: given.pop(key) for key in Match.__slots__ if key in given and key not in ("layer", "fields")
    }
    unlimited = chosen.get("every", 1) != 1 or chosen.get("probability", 1.0) < 1
    return Match(layer, tuple(given.items()), **({"times": None if unlimited else 1} | chosen))


def _sample(chance: Random, room: int, number: int) -> set[int]:
    """So many different places; by `random` alone, whose sequence no version of Python has changed."""
    places: set[int] = set()
    while len(places) < min(number, room):
        places.add(int(chance.random() * room))
    return places


class Judge:
    """Says of each packet what becomes of it, and keeps count."""

    def __init__(self, rules: Sequence[Impairment]) -> None:
        self._rules = [(rule, Random(rule.match.seed)) for rule in rules]
        self._counted = [0] * len(self._rules)

    def __call__(self, frame: Frame, direction: Direction) -> tuple[list[tuple[float, Frame]], int]:
        """What arrives instead of `frame`, each with its delay, and by how many that is to be overtaken."""
        if (found := self._rule(frame, direction)) is None:
            return [(0.0, frame)], 0
        rule, chance = found
        arriving, note = (
            (frame, rule.name) if rule.change is None else _changed(frame, direction, rule, chance)
        )
        frame.note = "; ".join(filter(None, (frame.note, note)))
        if arriving is None:
            return [], 0
        copies = [(seconds, copy(arriving) if i else arriving) for i, seconds in enumerate(rule.copies)]
        return copies, rule.overtaken

    def _rule(self, frame: Frame, direction: Direction) -> tuple[Impairment, Random] | None:
        """The first rule that takes this frame; every rule counts what it matches."""
        taken: tuple[Impairment, Random] | None = None
        for i, (rule, chance) in enumerate(self._rules):
            if rule.match(frame, direction):
                self._counted[i] += 1
                if rule.match.takes(self._counted[i], chance) and taken is None:
                    taken = rule, chance
        return taken


def _changed(
    frame: Frame, direction: Direction, rule: Impairment, chance: Random
) -> tuple[Frame | None, str]:
    """The frame that arrives in place of this one, and what was done to it."""
    if frame.data is None:
        raise TesterFault(f"{rule.name}: this link carries objects, not bytes; give it a codec, or drop them")
    assert rule.change is not None
    before, after = frame.data, rule.change(frame.data, chance)
    if after is None:
        return None, f"{rule.name}, which dropped it"
    # the sender's frame keeps what the sender meant; the receiver's has what arrives
    arriving = frame if direction == "received" else copy(frame)
    arriving.data = after
    arriving.forget()
    return arriving, f"{rule.name}{_difference(before, after)}"


def _difference(before: bytes, after: bytes) -> str:
    """Which bytes differ, if it is a few."""
    differing = [at for at, (one, other) in enumerate(zip(before, after, strict=False)) if one != other]
    if len(before) != len(after) or not 0 < len(differing) <= FEW:
        return ""
    changes = ", ".join(f"byte {at}: {before[at]:02x} to {after[at]:02x}" for at in differing)
    return f" ({changes})"


class ImpairedLink:
    """`link`, with faults.  Owns it."""

    def __init__(self, link: Link, rules: Sequence[Impairment], clock: Clock) -> None:
        self._link = link
        self._judge = Judge(rules)
        self._clock = clock
        self._leaving = Lane(clock)
        self._arriving = Lane(clock)
        self._arrived: deque[Frame] = deque()

    def encode(self, packet: Any) -> Frame:
        return self._link.encode(packet)

    def send(self, frame: Frame) -> None:
        for ready in self._leaving.enter(*self._judge(frame, "sent")):
            self._link.send(ready)

    def receive(self) -> Frame | None:
        self.flush(self._clock.now())
        while (frame := self._link.receive()) is not None:
            self._arrived.extend(self._arriving.enter(*self._judge(frame, "received")))
        return self._arrived.popleft() if self._arrived else None

    def flush(self, now: float) -> None:
        """Let go of what was held back until `now`."""
        for frame in self._leaving.due(now):
            self._link.send(frame)
        self._arrived.extend(self._arriving.due(now))

    def narrow(self, filter: str | Sequence[Instruction]) -> None:
        """Where `link` has a packet socket: have the kernel drop whatever else arrives."""
        if hasattr(self._link, "narrow"):
            self._link.narrow(filter)

    def fileno(self) -> int:
        return self._link.fileno()

    @property
    def deadline(self) -> float | None:
        """When the first of the packets held back is due."""
        due = [
            at
            for at in (self._link.deadline, self._leaving.deadline, self._arriving.deadline)
            if at is not None
        ]
        return min(due, default=None)

    @property
    def lost(self) -> int | None:
        """As the link says that has the faults."""
        return lost(self._link)

    def notify(self, arrived: Callable[[], None]) -> None:
        self._link.notify(arrived)

    def close(self) -> None:
        self._link.close()
