"""The declaration language: what ``@ATMT.state`` and its kin write onto functions.

Decorators only record.  Nothing is linked or checked against the class here, which is not known yet;
`graph` does both once the class body has closed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from functools import update_wrapper
from typing import Any, Concatenate, Generic, ParamSpec, Protocol, TypeVar, cast, overload

from .errors import DeclarationError

P = ParamSpec("P")
A = TypeVar("A")
A_contra = TypeVar("A_contra", contravariant=True)
F = TypeVar("F", bound=Callable[..., None])


class Kind(Enum):
    """What makes a condition be called."""

    CONDITION = "condition"
    RECEIVE = "receive condition"
    IO = "io event"
    EOF = "eof"
    TIMEOUT = "timeout"
    TIMER = "timer"


@dataclass(frozen=True, slots=True)
class StateMark:
    """What ``@ATMT.state(...)`` said about a function."""

    initial: bool
    final: bool
    stop: bool
    error: bool


@dataclass(frozen=True, slots=True)
class ConditionMark:
    """One ``@ATMT.condition(STATE)`` or kin; a function may carry several."""

    kind: Kind
    state: Callable[..., Transition]
    prio: int
    delay: float | None = None
    pipe: str | None = None
    supersocket: str | None = None


@dataclass(frozen=True, slots=True)
class ActionMark:
    """One ``@ATMT.action(condition)``; a function may carry several."""

    condition: Callable[..., None]
    prio: int


class Transition(Exception):
    """A request to enter a state: user code builds it as ``self.STATE(...)`` and raises it.

    Only state functions build it, as ``Transition(function, automaton, args, kwargs)``.  It has no
    ``__init__`` of its own, since that would double the price of a transition.
    """

    action_args: tuple[Any, ...] = ()
    action_kwargs: dict[str, Any] = {}  # noqa: RUF012 - never written to, only replaced

    @property
    def state(self) -> str:
        """Name of the state asked for."""
        return cast(str, self.args[0].__name__)

    def action_parameters(self, *args: Any, **kwargs: Any) -> Transition:
        """Give the actions of this transition their arguments; returns itself, to be raised."""
        self.action_args, self.action_kwargs = args, kwargs
        return self

    def run(self) -> Any:
        """Call the state's function now, without a transition (as a subclass does with its parent's)."""
        function, automaton, args, kwargs = self.args
        return function(automaton, *args, **kwargs)

    def __repr__(self) -> str:
        return f"Transition({self.state})"

    __str__ = __repr__


class BoundState(Generic[P]):
    """A state of one automaton, ``automaton.STATE``: call it to build the request to go there.

    While the automaton runs, ``self.STATE`` is a plain bound method instead, which costs half as much.
    """

    __slots__ = ("__wrapped__", "_automaton", "_request", "atmt_state")

    def __init__(self, declared: Any, automaton: Any) -> None:
        self._request, self._automaton = declared.request, automaton
        self.atmt_state, self.__wrapped__ = declared.atmt_state, declared.__wrapped__

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> Transition:
        return cast(Transition, self._request(self._automaton, *args, **kwargs))

    def breaks(self) -> None:
        """Hold the runs of this automaton before this state."""
        self._automaton.add_breakpoints(self.__name__)

    def unbreaks(self) -> None:
        """Don't any more."""
        self._automaton.remove_breakpoints(self.__name__)

    def intercepts(self) -> None:
        """Ask before a packet is sent from this state of this automaton."""
        self._automaton.add_interception_points(self.__name__)

    def unintercepts(self) -> None:
        """Don't any more."""
        self._automaton.remove_interception_points(self.__name__)

    @property
    def __name__(self) -> str:
        return cast(str, self._request.__name__)


class StateMethod(Protocol[A_contra, P]):
    """Type of a declared state: called on an automaton it builds the request to go there."""

    __name__: str

    @overload
    def __get__(self, instance: None, owner: Any) -> StateMethod[A_contra, P]: ...
    @overload
    def __get__(self, instance: A_contra, owner: Any) -> BoundState[P]: ...

    def __call__(self, automaton: A_contra, /, *args: P.args, **kwargs: P.kwargs) -> Transition: ...


class _DeclaredState:
    """What `ATMT.state` makes of a function."""

    def __init__(self, function: Callable[..., object], mark: StateMark) -> None:
        def request(self: Any, /, *args: Any, **kwargs: Any) -> Transition:
            return Transition(function, self, args, kwargs)

        update_wrapper(self, function)
        request.__name__, request.__qualname__ = function.__name__, function.__qualname__
        self.request = request
        self.atmt_state = mark

    def __get__(self, instance: Any, owner: Any) -> Any:
        return self if instance is None else BoundState(self, instance)

    def __call__(self, automaton: Any, /, *args: Any, **kwargs: Any) -> Transition:
        return self.request(automaton, *args, **kwargs)


AnyState = StateMethod[Any, ...]


class ATMT:
    """The decorators, under the names of Scapy's documentation."""

    NewStateRequested = Transition

    @staticmethod
    def state(
        initial: bool | int = False,
        final: bool | int = False,
        stop: bool | int = False,
        error: bool | int = False,
    ) -> Callable[[Callable[Concatenate[A, P], object]], StateMethod[A, P]]:
        """Declare a state.  Its function runs on entry; ``self.STATE(...)`` asks to go there."""

        flags = StateMark(bool(initial), bool(final), bool(stop), bool(error))

        def mark(function: Callable[Concatenate[A, P], object]) -> StateMethod[A, P]:
            return cast("StateMethod[A, P]", _DeclaredState(function, flags))

        return mark

    @staticmethod
    def condition(state: AnyState, prio: int = 0) -> Callable[[F], F]:
        """Call the function once, right after `state` was entered."""
        return _condition(Kind.CONDITION, state, prio)

    @staticmethod
    def receive_condition(state: AnyState, prio: int = 0) -> Callable[[F], F]:
        """Call the function with each packet that arrives in `state`."""
        return _condition(Kind.RECEIVE, state, prio)

    @staticmethod
    def ioevent(
        state: AnyState, name: str, prio: int = 0, as_supersocket: str | None = None
    ) -> Callable[[F], F]:
        """Call the function with the pipe `name` when something can be read from it in `state`.

        `as_supersocket` names a class attribute that runs an automaton in the background, and gives the
        pipe as a Scapy socket.
        """
        return _condition(Kind.IO, state, prio, pipe=name, supersocket=as_supersocket)

    @staticmethod
    def eof(state: AnyState) -> Callable[[F], F]:
        """Call the function when the peer closed its stream in `state`."""
        return _condition(Kind.EOF, state)

    @staticmethod
    def timeout(state: AnyState, timeout: float) -> Callable[[F], F]:
        """Call the function once, `timeout` seconds after `state` was entered."""
        return _condition(Kind.TIMEOUT, state, delay=_seconds(timeout))

    @staticmethod
    def timer(state: AnyState, timeout: float, prio: int = 0) -> Callable[[F], F]:
        """Call the function every `timeout` seconds as long as `state` lasts."""
        return _condition(Kind.TIMER, state, prio, delay=_seconds(timeout))

    @staticmethod
    def action(cond: Callable[..., None], prio: int = 0) -> Callable[[F], F]:
        """Call the function when `cond` fired, before the next state is entered."""
        if not hasattr(cond, "atmt_conditions"):
            what = "a state" if hasattr(cond, "atmt_state") else "no transition"
            raise DeclarationError(
                f"@ATMT.action({_name(cond)}): {_name(cond)} is {what}; "
                "give the function that carries @ATMT.condition, receive_condition, timeout, timer or eof"
            )

        def mark(function: F) -> F:
            vars(function).setdefault("atmt_actions", []).append(ActionMark(cond, prio))
            return function

        return mark


def _condition(
    kind: Kind,
    state: AnyState,
    prio: int = 0,
    delay: float | None = None,
    pipe: str | None = None,
    supersocket: str | None = None,
) -> Callable[[F], F]:
    if not hasattr(state, "atmt_state"):
        raise DeclarationError(
            f"{kind.value} on {_name(state)}, which is not a state; declare it with @ATMT.state() first"
        )

    def mark(function: F) -> F:
        found = ConditionMark(kind, state, prio, delay, pipe, supersocket)
        vars(function).setdefault("atmt_conditions", []).append(found)
        return function

    return mark


def _seconds(delay: float) -> float:
    if not delay >= 0:
        raise DeclarationError(f"a delay of {delay!r} seconds; give a number that is not negative")
    return float(delay)


def _name(thing: object) -> str:
    return getattr(thing, "__name__", None) or repr(thing)
