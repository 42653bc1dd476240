"""A client that acts as if the last acknowledgement were lost over and over, to learn how long the server minds it."""

from __future__ import annotations

from typing import Any

from scapy.layers.tftp import TFTP_ACK

from atmt import ATMT

from .automata import WriteClient
from .probes import MOMENT
from .transfer import Transfer

PAUSE = 0.5  # seconds between two repetitions: sooner than any known server gives up
LONGEST = 50  # repetitions, when we stop asking


class Dallier(WriteClient):
    """Writes a file and says the last block again and again; the result is for how many seconds it was
    acknowledged (0: never again)."""

    def parse_args(self, *args: Any, **rest: Any) -> None:
        super().parse_args(*args, **rest)
        self.repeats = 0

    @ATMT.condition(Transfer.COMPLETE, prio=-1)
    def not_have_heard_it(self) -> None:
        raise self.PAUSING()

    @ATMT.state()
    def PAUSING(self) -> None:
        """Long enough for a client to time out."""

    @ATMT.timeout(PAUSING, PAUSE)
    def say_it_again(self) -> None:
        raise self.INSISTING() if self.repeats < LONGEST else self.END()

    @ATMT.state()
    def INSISTING(self) -> None:
        self.tell(self.last)

    @ATMT.receive_condition(INSISTING)
    def receive_last_ack_again(self, pkt: Any) -> None:
        if TFTP_ACK in pkt and pkt[TFTP_ACK].block == self.block % 65536:
            raise self.HEARD_AGAIN()

    @ATMT.state()
    def HEARD_AGAIN(self) -> None:
        self.repeats += 1
        raise self.PAUSING()

    @ATMT.timeout(INSISTING, MOMENT)
    def hear_nothing(self) -> None:
        raise self.END()

    @ATMT.state(final=True)
    def END(self) -> float:
        return self.repeats * PAUSE
