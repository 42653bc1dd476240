"""The declaration language: what ``@ATMT.state`` and its kin write onto functions.

Decorators only record.  Nothing is linked or checked against the class here, which is not known yet;
`graph` does both once the class body has closed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, Protocol, TypeVar, cast, overload

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


class StateMethod(Protocol[A_contra, P]):
    """Type of a declared state: called on an automaton it builds the request to go there."""

    __name__: str

    @overload
    def __get__(self, instance: None, owner: Any) -> StateMethod[A_contra, P]: ...
    @overload
    def __get__(self, instance: A_contra, owner: Any) -> Callable[P, Transition]: ...

    def __call__(self, automaton: A_contra, /, *args: P.args, **kwargs: P.kwargs) -> Transition: ...


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

        def mark(function: Callable[Concatenate[A, P], object]) -> StateMethod[A, P]:
            def request(self: A, /, *args: Any, **kwargs: Any) -> Transition:
                return Transition(function, self, args, kwargs)

            request.__name__, request.__doc__ = function.__name__, function.__doc__
            request.__qualname__, request.__module__ = function.__qualname__, function.__module__
            vars(request).update(
                __wrapped__=function,
                atmt_state=StateMark(bool(initial), bool(final), bool(stop), bool(error)),
            )
            return cast("StateMethod[A, P]", request)

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
        """Call the function with the pipe `name` when something can be read from it in `state`."""
        return _condition(Kind.IO, state, prio, pipe=name)

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
    kind: Kind, state: AnyState, prio: int = 0, delay: float | None = None, pipe: str | None = None
) -> Callable[[F], F]:
    if not hasattr(state, "atmt_state"):
        raise DeclarationError(
            f"{kind.value} on {_name(state)}, which is not a state; declare it with @ATMT.state() first"
        )

    def mark(function: F) -> F:
        vars(function).setdefault("atmt_conditions", []).append(ConditionMark(kind, state, prio, delay, pipe))
        return function

    return mark


def _seconds(delay: float) -> float:
    if not delay >= 0:
        raise DeclarationError(f"a delay of {delay!r} seconds; give a number that is not negative")
    return float(delay)


def _name(thing: object) -> str:
    return getattr(thing, "__name__", None) or repr(thing)


if TYPE_CHECKING:  # the structural type above is met by the plain functions that `state` makes
    _check: Callable[..., Transition] = cast("StateMethod[Any, Any]", None)
