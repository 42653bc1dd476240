"""What several tests ask of a run, each in one place."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

from scapy.layers.inet import UDP
from scapy.layers.tftp import TFTP_ACK, TFTP_DATA, TFTP_OACK
from scapy.packet import Packet

from pytest_atmt import NotApplicable, Run

from .messages import ErrorCode, content


def granted(run: Run, option: str) -> str:
    """The value that the server grants; not applicable where it does not, as RFC 2347 leaves it free to."""
    value = getattr(run.automaton, "granted", {}).get(option)
    if value is None:
        raise NotApplicable(f"the server does not grant {option}, and need not (RFC 2347)")
    return str(value)


def window_of(run: Run, least: int = 4) -> int:
    """The window granted; not applicable where it is smaller than `least`."""
    size = int(granted(run, "windowsize"))
    if size < least:
        raise NotApplicable(f"the server grants a window of {size}, as it may")
    return size


def left_out_or_refused(run: Run, option: str) -> bool:
    """An option whose value is unlawful is left out, or the transfer ends with error 8 (RFC 2347)."""
    if run.state == "ERROR":
        return bool(run.result.errorcode == ErrorCode.OPTION_REFUSED)
    return option not in run.automaton.granted


def not_granted(run: Run, option: str) -> bool:
    """The option is left out, or the transfer refused, by whatever error."""
    return run.state == "ERROR" or option not in run.automaton.granted


def blocks(run: Run) -> list[int]:
    """The numbers of the data blocks received, in order of arrival."""
    return [e.packet[TFTP_DATA].block for e in run.received(TFTP_DATA)]


def parts(run: Run) -> list[bytes]:
    """What the data blocks received carry, in order of arrival."""
    return [content(e.packet) for e in run.received(TFTP_DATA)]


def acknowledged(run: Run) -> list[int]:
    """The block numbers of the acknowledgements received, in order of arrival."""
    return [e.packet[TFTP_ACK].block for e in run.received(TFTP_ACK)]


def payloads(run: Run) -> list[bytes]:
    """What all datagrams received carry."""
    return [bytes(e.packet[UDP].payload) for e in run.received()]


def tid(run: Run) -> int:
    """The server's TID: the source of its first packet."""
    return int(run.received()[0].packet[UDP].sport)


def gaps(run: Run) -> list[float]:
    """Seconds between one packet received and the next."""
    times = [e.at for e in run.received()]
    return [later - earlier for earlier, later in pairwise(times)]


def label(message: Packet) -> str:
    """A message in two words, for the name of a test."""
    octets = bytes(message)
    kinds = {1: "rrq", 2: "wrq", 3: "data", 4: "ack", 5: "error", 6: "oack"}
    number = f"-{int.from_bytes(octets[2:4], 'big')}" if octets[1] in (3, 4, 5) else ""
    size = f"-of-{len(octets) - 4}" if octets[1] == 3 else ""
    return f"{kinds[octets[1]]}{number}{size}"


def served(answers: Iterable[Packet]) -> list[Packet]:
    """Those of `answers` that grant a request or go on with a transfer."""
    return [a for a in answers if TFTP_DATA in a or TFTP_ACK in a or TFTP_OACK in a]
