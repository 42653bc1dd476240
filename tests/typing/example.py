"""A suite's automaton with mistakes: each line marked `expect:` is reported by mypy, and no other."""

from __future__ import annotations

from atmt import ATMT, Automaton, Transition


class Reader(Automaton):
    def parse_args(self, filename: str = "", **kwargs: object) -> None:
        super().parse_args(**kwargs)
        self.filename = filename

    @ATMT.state(initial=True)
    def BEGIN(self) -> None:
        raise self.WAITING()

    @ATMT.state()
    def WAITING(self) -> None: ...

    @ATMT.state()
    def DATA(self, block: int, content: bytes) -> bytes:
        return content

    @ATMT.state(error=True)
    def ERROR(self, reason: str) -> str:
        return reason

    @ATMT.state(final=True)
    def END(self, content: bytes) -> bytes:
        return content

    @ATMT.receive_condition(WAITING)
    def data_came(self, pkt: object) -> None:
        raise self.DATA(1, b"content").action_parameters(1)

    @ATMT.receive_condition(WAITING, prio=1)
    def too_few_arguments(self, pkt: object) -> None:
        raise self.DATA(3)  # expect: Missing positional argument "content"

    @ATMT.receive_condition(WAITING, prio=2)
    def wrong_argument(self, pkt: object) -> None:
        raise self.ERROR(5)  # expect: has incompatible type "int"; expected "str"

    @ATMT.receive_condition(WAITING, prio=3)
    def no_such_state(self, pkt: object) -> None:
        raise self.WAITNG()  # expect: "Reader" has no attribute "WAITNG"

    @ATMT.timeout(WAITING, 3)  # expect: Value of type variable "F"
    def returned_not_raised(self) -> Transition:
        return self.BEGIN()

    @ATMT.timeout(WAITING, "3")  # expect: Argument 2 to "timeout" of "ATMT" has incompatible type "str"
    def no_number(self) -> None:
        raise self.BEGIN()

    @ATMT.condition(data_came)  # expect: Argument 1 to "condition" of "ATMT" has incompatible type
    def on_a_condition(self, content: bytes) -> None:
        raise self.END(content)

    @ATMT.condition(DATA)
    def done(self, content: bytes) -> None:
        raise self.END(content)

    @ATMT.action(data_came)
    def acknowledge(self, block: int) -> None: ...

    @ATMT.action(DATA)  # expect: Argument 1 to "action" of "ATMT" has incompatible type
    def on_a_state(self) -> None: ...

    @ATMT.action(4)  # expect: Argument 1 to "action" of "ATMT" has incompatible type "int"
    def on_nothing(self) -> None: ...


def read() -> bytes:
    reader = Reader("boot.img")
    Reader.DATA.missing()  # expect: has no attribute "missing"
    return reader.atmt_graph.name  # expect: (got "str", expected "bytes")
