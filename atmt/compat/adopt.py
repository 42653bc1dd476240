"""Our class of a Scapy automaton's: each class of its hierarchy is declared again, function by function.

The functions are copies, so that Scapy's own class goes on as it was.  Knows what Scapy's decorators
write onto functions, and nothing of how its runtime works.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from types import CellType, FunctionType, new_class
from typing import Any

from scapy.automaton import ATMT as SCAPY
from scapy.automaton import Automaton as Theirs

from ..automaton import Automaton
from ..declaration import ATMT
from ..errors import TesterFault
from .bindings import NOTED
from .dialect import ScapyAutomaton

# what Scapy's metaclass and Python itself put into a class
_TABLES = frozenset(
    {
        "states",
        "conditions",
        "recv_conditions",
        "ioevents",
        "timeout",
        "eofs",
        "actions",
        "initial_states",
        "stop_state",
        "ionames",
        "iosupersockets",
        "__signature__",
        "__dict__",
        "__weakref__",
    }
)

Function = Callable[..., Any]
Body = dict[str, Any]


@cache
def adopt(cls: type) -> type[Automaton]:
    """Our class of `cls`, an automaton class of Scapy's; the same one each time.

    Raises `TesterFault` if `cls` is none, and `DeclarationError` if its declaration is not well formed.
    """
    if cls is Theirs:
        return ScapyAutomaton
    if isinstance(cls, type) and issubclass(cls, Automaton):
        return cls
    if not (isinstance(cls, type) and issubclass(cls, Theirs)):
        raise TesterFault(
            f"{cls!r} is no automaton class of Scapy's; give a subclass of scapy.automaton.Automaton"
        )
    return _Adoption(cls).result()


class _Adoption:
    """The work on one class: its bases first, then its body in the order in which it was written."""

    def __init__(self, cls: type) -> None:
        self._cls = cls
        self._bases = tuple(adopt(base) if issubclass(base, Theirs) else base for base in cls.__bases__)
        self._body: Body = {}
        self._own = CellType()  # what `super()` and `__class__` find

    def result(self) -> type[Automaton]:
        for name, value in vars(self._cls).items():
            if name not in _TABLES:
                self._body[name] = self._member(value)
        adopted: type[Automaton] = new_class(
            self._cls.__name__, self._bases, {}, lambda ns: ns.update(self._body)
        )
        self._own.cell_contents = adopted
        return adopted

    def _member(self, value: Any) -> Any:
        if isinstance(value, staticmethod | classmethod):
            return type(value)(self._member(value.__func__))
        if isinstance(value, property):
            get, put, drop = map(self._member, (value.fget, value.fset, value.fdel))
            return property(get, put, drop, value.__doc__)
        if not isinstance(value, FunctionType):
            return value
        kind = getattr(value, "atmt_type", None)
        if kind == SCAPY.STATE:
            return _state(value)(self._copy(vars(value)["atmt_origfunc"]))
        copy = self._copy(value)
        for decorate in self._marks(kind, value):
            copy = decorate(copy)
        return copy

    def _marks(self, kind: Any, function: Any) -> Iterator[Callable[[Any], Any]]:
        if kind == SCAPY.ACTION:
            for condition, prio in function.atmt_cond.items():
                yield ATMT.action(self._named(condition), prio)
        elif kind is not None:
            yield _condition(kind, function, self._named(function.atmt_state))

    def _named(self, name: str) -> Any:
        """The state or condition `name`, declared above in this body or inherited."""
        if name in self._body:
            return self._body[name]
        return next(vars(k)[name] for base in self._bases for k in base.__mro__ if name in vars(k))

    def _copy(self, function: FunctionType) -> FunctionType:
        closure = tuple(
            self._own if name == "__class__" else cell
            for name, cell in zip(function.__code__.co_freevars, function.__closure__ or (), strict=True)
        )
        copy = FunctionType(
            function.__code__,
            Surroundings(function.__globals__),
            function.__name__,
            function.__defaults__,
            closure,
        )
        copy.__kwdefaults__, copy.__doc__ = function.__kwdefaults__, function.__doc__
        copy.__qualname__, copy.__annotations__ = function.__qualname__, function.__annotations__
        return copy


class Surroundings(dict[str, Any]):
    """A module's globals as adopted functions see them: as they are now, but Scapy's automata are ours,
    and what binds layers globally is noted.

    So `Automaton.parse_args(self, ...)` or `super(TheirClass, self)` find the classes that `self` has.
    """

    def __init__(self, module: dict[str, Any]) -> None:
        # the interpreter looks for these without asking `__missing__`
        names = ("__name__", "__package__", "__builtins__", "__spec__", "__file__")
        super().__init__({name: module[name] for name in names if name in module})
        self._module = module

    def __missing__(self, name: str) -> Any:
        value = self._module[name]
        if isinstance(value, type) and issubclass(value, Theirs):
            return adopt(value)
        if value is SCAPY:
            return ATMT
        return NOTED[value] if isinstance(value, FunctionType) and value in NOTED else value


def _state(request: Any) -> Callable[[Any], Any]:
    return ATMT.state(request.atmt_initial, request.atmt_final, request.atmt_stop, request.atmt_error)


def _condition(kind: str, function: Any, state: Any) -> Callable[[Any], Any]:
    match kind:
        case SCAPY.CONDITION:
            return ATMT.condition(state, function.atmt_prio)
        case SCAPY.RECV:
            return ATMT.receive_condition(state, function.atmt_prio)
        case SCAPY.IOEVENT:
            return ATMT.ioevent(state, function.atmt_ioname, function.atmt_prio, function.atmt_as_supersocket)
        case SCAPY.EOF:
            return ATMT.eof(state)
        case SCAPY.TIMEOUT:
            timer = function.atmt_timeout
            if timer._autoreload:
                return ATMT.timer(state, timer.get(), timer._prio)
            return ATMT.timeout(state, timer.get())
    raise TesterFault(f"{function.__qualname__} carries the mark {kind!r} of a Scapy that atmt does not know")
