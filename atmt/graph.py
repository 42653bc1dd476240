"""From a class body to an immutable, checked graph.

Built once per class, when its body closes.  Ties between equal priorities go to the method resolution
order, then to the order of declaration.  Knows no run: nothing here ever changes again.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from types import FunctionType, MappingProxyType
from typing import Any

from .declaration import ConditionMark, Kind, StateMark
from .errors import DeclarationError, UnknownState

Function = Callable[..., Any]


@dataclass(frozen=True, slots=True, eq=False)
class Condition:
    """A function that may raise a transition out of one state, and the actions that then run."""

    name: str
    kind: Kind
    function: Function
    prio: int
    delay: float | None
    pipe: str | None
    actions: tuple[Function, ...]


@dataclass(frozen=True, slots=True, eq=False)
class State:
    """A state with all that may lead out of it, in the order in which it is tried."""

    name: str
    function: Function
    mark: StateMark
    conditions: tuple[Condition, ...]
    receives: tuple[Condition, ...]
    ios: tuple[Condition, ...]
    timers: tuple[Condition, ...]
    eof: Condition | None
    ends: bool
    waits: bool

    @property
    def all_conditions(self) -> tuple[Condition, ...]:
        """Everything that may lead out of this state, by kind."""
        eof = (self.eof,) if self.eof else ()
        return self.conditions + self.receives + self.ios + eof + self.timers

    def __repr__(self) -> str:
        return f"State({self.name})"


@dataclass(frozen=True, slots=True, eq=False)
class Graph:
    """The states of one automaton class.  Looking up a name that it lacks raises `UnknownState`."""

    name: str
    states: Mapping[str, State]
    initial: State | None
    stop: State | None
    by_function: Mapping[Function, State] = field(repr=False)
    members: Mapping[str, Any] = field(repr=False)

    def __getitem__(self, name: str) -> State:
        try:
            return self.states[name]
        except KeyError:
            known = ", ".join(self.states)
            raise UnknownState(f"{self.name} has no state {name!r}; it has {known}") from None

    def check(self, names: Iterable[object]) -> None:
        """Raise `UnknownState` unless each of `names` (``...`` aside) is a state."""
        for name in names:
            if name is not ...:
                self[name]  # type: ignore[index]  # a name of another type is reported as unknown


def build(cls: type) -> Graph:
    """The graph of `cls`.  Raises `DeclarationError`, which says what to change, if it is not well formed."""
    members = _members(cls)
    requests = {name: f for name, f in members.items() if hasattr(f, "atmt_state")}
    _refuse_undecorated(cls, members)
    found = list(_conditions(cls, members, requests))
    states = {name: _state(cls, name, f, found) for name, f in requests.items()}
    by_function = {
        vars(klass)[name].__wrapped__: state
        for name, state in states.items()
        for klass in reversed(cls.__mro__)
        if hasattr(vars(klass).get(name), "atmt_state")
    }
    return Graph(
        cls.__name__,
        MappingProxyType(states),
        _only(cls, states, "initial"),
        _only(cls, states, "stop"),
        MappingProxyType(by_function),
        MappingProxyType(members),
    )


def _members(cls: type) -> dict[str, Any]:
    """Every attribute as `cls` resolves it, in the order of the MRO, then of declaration."""
    members: dict[str, Any] = {}
    for klass in cls.__mro__:
        for name, value in vars(klass).items():
            members.setdefault(name, value)
    return members


def _refuse_undecorated(cls: type, members: dict[str, Any]) -> None:
    for klass in cls.__mro__:
        for name, value in vars(klass).items():
            if hasattr(value, "atmt_state") and not hasattr(members[name], "atmt_state"):
                raise DeclarationError(
                    f"{cls.__name__}.{name} overrides the state {klass.__name__}.{name} without being one; "
                    "decorate it with @ATMT.state(...)"
                )


def _conditions(
    cls: type, members: dict[str, Any], requests: dict[str, Function]
) -> Iterator[tuple[str, Condition]]:
    """(state's name, condition) for each mark of each member."""
    actions = _actions(cls, members)
    for name, function in members.items():
        for mark in getattr(function, "atmt_conditions", ()):
            _refuse_foreign(cls, name, mark, requests)
            condition = Condition(
                name, mark.kind, function, mark.prio, mark.delay, mark.pipe, actions.get(name, ())
            )
            yield mark.state.__name__, condition


def _refuse_foreign(cls: type, name: str, mark: ConditionMark, requests: dict[str, Function]) -> None:
    state = mark.state.__name__
    if state not in requests:
        raise DeclarationError(
            f"{cls.__name__}.{name}: {mark.kind.value} on {mark.state.__qualname__}, a state that "
            f"{cls.__name__} neither declares nor inherits; it has {', '.join(requests) or 'none'}"
        )
    if all(vars(klass).get(state) is not mark.state for klass in cls.__mro__):
        raise DeclarationError(
            f"{cls.__name__}.{name}: {mark.kind.value} on {mark.state.__qualname__}, which is another "
            f"class's state of that name; name {cls.__name__}'s own {state}"
        )


def _actions(cls: type, members: dict[str, Any]) -> dict[str, tuple[Function, ...]]:
    """Condition's name -> its actions, by growing priority."""
    found: dict[str, list[tuple[int, Function]]] = {}
    for name, function in members.items():
        for mark in getattr(function, "atmt_actions", ()):
            condition = mark.condition.__name__
            if not hasattr(members.get(condition), "atmt_conditions"):
                raise DeclarationError(
                    f"{cls.__name__}.{name}: action of {mark.condition.__qualname__}, which is no "
                    f"transition of {cls.__name__}"
                )
            found.setdefault(condition, []).append((mark.prio, function))
    return {name: tuple(f for _, f in sorted(acts, key=lambda a: a[0])) for name, acts in found.items()}


def _state(cls: type, name: str, request: Any, found: list[tuple[str, Condition]]) -> State:
    mark: StateMark = request.atmt_state
    mine = sorted((c for state, c in found if state == name), key=lambda c: c.prio)

    def of(*kinds: Kind) -> tuple[Condition, ...]:
        return tuple(c for c in mine if c.kind in kinds)

    eofs = of(Kind.EOF)
    ends = mark.final or mark.error
    if mark.final and mark.error:
        raise DeclarationError(f"{cls.__name__}.{name} is both final and error; choose one")
    if len(eofs) > 1:
        names = ", ".join(c.name for c in eofs)
        raise DeclarationError(f"{cls.__name__}.{name} has {len(eofs)} eof conditions ({names}); keep one")
    if ends and mine:
        warnings.warn(f"{cls.__name__}.{name} ends the run, so {mine[0].name} is never called", stacklevel=5)
    receives, ios, timers = of(Kind.RECEIVE), of(Kind.IO), of(Kind.TIMEOUT, Kind.TIMER)
    waits = bool(receives or ios or timers or eofs)
    return State(
        name,
        request.__wrapped__,
        mark,
        of(Kind.CONDITION),
        receives,
        ios,
        timers,
        eofs[0] if eofs else None,
        ends,
        waits,
    )


def _only(cls: type, states: dict[str, State], flag: str) -> State | None:
    """The one initial (or stop) state: that of the nearest class that declares any."""
    for klass in cls.__mro__:
        own = [
            s
            for name, s in states.items()
            if getattr(s.mark, flag) and getattr(vars(klass).get(name), "__wrapped__", None) is s.function
        ]
        if len(own) > 1:
            names = ", ".join(s.name for s in own)
            raise DeclarationError(f"{klass.__name__} declares {len(own)} {flag} states ({names}); keep one")
        if own:
            return own[0]
    return None


def functions(members: Mapping[str, Any]) -> dict[str, FunctionType]:
    """The plain functions among `members`."""
    return {name: f for name, f in members.items() if isinstance(f, FunctionType)}
