"""The embedded reference client: TFTP's asking side as automata (RFC 1350, 1123 section 4.2, 2347, 2348, 2349, 7440).

Each errand is an automaton with a TID of its own, which tells its end to whoever sent it.
"""

from __future__ import annotations

from typing import Any

from scapy.layers.inet import IP, UDP
from scapy.layers.tftp import TFTP_ACK, TFTP_DATA, TFTP_ERROR, TFTP_OACK
from scapy.packet import Packet

from atmt import ATMT, Automaton
from atmt.links.flow import udp_port
from pytest_atmt import ClientHost
from pytest_atmt.errand import GET, LOCAL, Errand, Exit

from . import netascii
from .haul import Hauler, Taking
from .messages import BLOCK, ErrorCode, ack, content, data, datagram, error, is_error, options, rrq, wrq
from .negotiation import breach, number

FIRST_TIMEOUT = 1.0  # seconds; doubled by each repetition (RFC 1123 section 4.2.3.2)
ATTEMPTS = 6
DALLYING_TIME = 8.0  # seconds
LARGEST_FILE = 1 << 32  # octets that there is room for
OWN_CHOICE = {"blksize": "1024", "timeout": "2", "windowsize": "4", "tsize": "0"}


class Transfer(Hauler, Automaton):
    """What both directions share: the request, the server's TID, its options, strangers, patience."""

    bulk = range(1000, 65301)  # a long file takes a second then

    def parse_args(self, host: ClientHost, errand: Errand, leave: Exit, tid: int) -> None:
        self.host, self.errand, self.leave, self.tid = host, errand, leave, tid
        self.server_tid: int | None = None
        self.block_size, self.window, self.first_timeout = BLOCK, 1, FIRST_TIMEOUT
        self.granted: dict[str, str] = {}
        self.asked = {name: value or self.choice(name) for name, value in errand.options.items()}
        self.block = 0
        self.haul_on(lossy=False)

    def flow(self) -> tuple[str, int | None, int]:
        return self.host.server, self.server_tid, self.tid

    def choice(self, name: str) -> str:
        return OWN_CHOICE[name]

    def request(self) -> Packet:
        raise NotImplementedError

    def master_filter(self, pkt: Any) -> bool:
        return UDP in pkt and pkt[UDP].dport == self.tid

    def tell(self, message: Packet, to: tuple[str, int] | None = None) -> None:
        host, port = to or (self.host.server, self.server_tid or self.host.port)
        self.send(datagram(host, self.tid, port, message, src=self.host.address))

    def say(self, *messages: Packet) -> None:
        """Tell the server something that is repeated until it is answered."""
        self.last, self.attempts = messages, 1
        self.tell_all()

    def tell_all(self) -> None:
        for message in self.last:
            self.tell(message)

    @ATMT.state(initial=True)
    def BEGIN(self) -> None:
        self.say(self.request())
        raise self.WAITING()

    @ATMT.state()
    def WAITING(self) -> None:
        self.timer_by_name("repeat").set(self.first_timeout * 2 ** (self.attempts - 1))

    def from_server(self, pkt: Any) -> bool:
        """Whether it comes from the TID that the first answer came from."""
        source: tuple[str, int] = pkt[IP].src, pkt[UDP].sport
        return source[0] == self.host.server and self.server_tid in (None, source[1])

    @ATMT.receive_condition(WAITING, prio=-1)
    def receive_from_stranger(self, pkt: Any) -> None:
        """A stranger is told so, and the transfer is not disturbed (RFC 1350 section 4)."""
        if not self.from_server(pkt) and not is_error(pkt):
            self.tell(error(ErrorCode.UNKNOWN_TID, "unknown transfer"), (pkt[IP].src, pkt[UDP].sport))

    @ATMT.receive_condition(WAITING)
    def receive_error(self, pkt: Any) -> None:
        if self.from_server(pkt) and is_error(pkt):
            raise self.REFUSED(pkt)

    @ATMT.receive_condition(WAITING)
    def receive_oack(self, pkt: Any) -> None:
        if self.from_server(pkt) and TFTP_OACK in pkt and self.block == 0:
            if self.server_tid is None:
                raise self.NEGOTIATING(pkt)
            self.confirm_again()

    @ATMT.state()
    def NEGOTIATING(self, pkt: Any) -> None:
        self.server_tid, granted = pkt[UDP].sport, options(pkt)
        if not granted or not granted.keys() <= self.asked.keys() or breach(self.asked, granted):
            raise self.FAILED(error(ErrorCode.OPTION_REFUSED, "these options were not asked for"))
        if (number(granted.get("tsize", "0")) or 0) > LARGEST_FILE:
            raise self.FAILED(error(ErrorCode.DISK_FULL, "there is no room for it"))
        self.granted = granted
        self.block_size = int(granted.get("blksize", BLOCK))
        self.window = int(granted.get("windowsize", 1))
        self.first_timeout = float(granted.get("timeout", FIRST_TIMEOUT))
        self.negotiated()

    def negotiated(self) -> None:
        """Raise the state that follows an OACK."""
        raise NotImplementedError

    def confirm_again(self) -> None:
        """The OACK has come again."""

    @ATMT.timeout(WAITING, FIRST_TIMEOUT)
    def repeat(self) -> None:
        raise self.REPEATING() if self.attempts < ATTEMPTS else self.FAILED()

    @ATMT.state()
    def REPEATING(self) -> None:
        self.attempts += 1
        self.tell_all()
        raise self.WAITING()

    @ATMT.state(final=True)
    def REFUSED(self, pkt: Any) -> None:
        text = pkt[TFTP_ERROR].errormsg.decode("latin-1") if TFTP_ERROR in pkt else "no message"
        self.leave(1, f"error of the server: {text}")

    @ATMT.state(final=True)
    def FAILED(self, farewell: Packet | None = None) -> None:
        if farewell is not None:
            self.tell(farewell)
        self.leave(1, "the transfer failed" if farewell else "the transfer timed out")

    @ATMT.state(final=True)
    def DONE(self) -> None:
        self.leave(0, "")


class Fetch(Taking, Transfer):
    """Gets a file; it is there when all of it is."""

    gap = False

    def request(self) -> Packet:
        self.content, self.acknowledged = bytearray(), 0
        return rrq(self.errand.name, self.errand.mode, self.asked)

    def negotiated(self) -> None:
        self.say(ack(0))
        raise self.WAITING()

    def confirm_again(self) -> None:
        self.tell(ack(0))

    def tell_all(self) -> None:
        """Also the acknowledgement within a window: it says how much has come (RFC 7440 section 4)."""
        if self.block:
            self.tell(ack(self.block))
        else:
            super().tell_all()

    def data_of(self, pkt: Any) -> int | None:
        """By how many blocks a data packet of the server's is ahead of the last that was taken (None: it is none)."""
        if self.from_server(pkt) and TFTP_DATA in pkt and len(content(pkt)) <= self.block_size:
            return int(pkt[TFTP_DATA].block - self.block) % 65536
        return None

    @ATMT.receive_condition(Transfer.WAITING)
    def receive_data(self, pkt: Any) -> None:
        ahead = self.data_of(pkt)
        if ahead == 1:
            raise self.RECEIVING(pkt)
        if ahead == 0 and self.block:
            self.acknowledge()
        elif ahead is not None and self.window > 1 and 1 < ahead <= self.window and not self.gap:
            self.gap = True  # said once: each further block of the window shows the same gap (RFC 7440)
            self.acknowledge()

    def acknowledge(self) -> None:
        """All blocks so far; the next window begins behind them."""
        self.acknowledged = self.block
        self.say(ack(self.block))

    @ATMT.state()
    def RECEIVING(self, pkt: Any) -> None:
        self.server_tid = pkt[UDP].sport
        self.block, self.gap = self.block + 1, False
        self.content += content(pkt)
        if len(content(pkt)) < self.block_size:
            raise self.STORING()
        if self.block - self.acknowledged == self.window:
            self.acknowledge()
        raise self.WAITING()

    @ATMT.state()
    def STORING(self) -> None:
        whole = bytes(self.content)
        announced = number(self.granted.get("tsize", ""))
        if announced not in (None, len(whole)):
            raise self.FAILED(error(ErrorCode.UNDEFINED, "the size differs from tsize"))
        self.host.files[LOCAL] = netascii.decode(whole) if self.errand.mode == "netascii" else whole
        self.tell(ack(self.block))
        raise self.DALLYING()

    @ATMT.state()
    def DALLYING(self) -> None:
        """The last acknowledgement may get lost, so it is repeated for a while (RFC 1350 section 6)."""

    @ATMT.receive_condition(DALLYING)
    def receive_last_again(self, pkt: Any) -> None:
        if self.data_of(pkt) == 0:
            self.tell(ack(self.block))

    @ATMT.timeout(DALLYING, DALLYING_TIME)
    def part(self) -> None:
        raise self.DONE()


class Store(Transfer):
    """Puts a file."""

    def choice(self, name: str) -> str:
        return str(len(self.wire())) if name == "tsize" else super().choice(name)

    def wire(self) -> bytes:
        stored = self.host.files[LOCAL]
        return netascii.encode(stored) if self.errand.mode == "netascii" else stored

    def request(self) -> Packet:
        self.content = self.wire()
        return wrq(self.errand.name, self.errand.mode, self.asked)

    def negotiated(self) -> None:
        raise self.SENDING()

    def slice(self, block: int) -> bytes:
        return self.content[(block - 1) * self.block_size : block * self.block_size]

    def haul(self, message: bytes) -> list[bytes] | None:
        """The next window, to the acknowledgement of a whole one."""
        number = self.block + self.window
        if number not in self.bulk or message != b"\0\4" + number.to_bytes(2, "big"):
            return None
        self.block = number
        return [
            b"\0\3" + block.to_bytes(2, "big") + self.slice(block)
            for block in range(number + 1, number + self.window + 1)
        ]

    def window_end(self) -> int:
        """The last block of the next window."""
        return min(self.block + self.window, len(self.content) // self.block_size + 1)

    @ATMT.state()
    def SENDING(self) -> None:
        """One window (RFC 7440); `block` is the last that was acknowledged."""
        numbers = range(self.block + 1, self.window_end() + 1)
        self.say(*(data(block, self.slice(block)) for block in numbers))
        raise self.WAITING()

    @ATMT.receive_condition(Transfer.WAITING)
    def receive_ack(self, pkt: Any) -> None:
        """Only an acknowledgement of what was just sent counts: older ones are duplicates (RFC 1123 4.2.3.1)."""
        if not (self.from_server(pkt) and TFTP_ACK in pkt):
            return
        if self.server_tid is None:
            if pkt[TFTP_ACK].block == 0:
                raise self.ACCEPTED(pkt)
        elif 1 <= (ahead := (pkt[TFTP_ACK].block - self.block) % 65536) <= self.window_end() - self.block:
            raise self.ACKNOWLEDGED(ahead)

    @ATMT.state()
    def ACCEPTED(self, pkt: Any) -> None:
        self.server_tid = pkt[UDP].sport
        raise self.SENDING()

    @ATMT.state()
    def ACKNOWLEDGED(self, blocks: int) -> None:
        self.block += blocks
        raise self.DONE() if len(self.slice(self.block)) < self.block_size else self.SENDING()


def go(host: ClientHost, errand: Errand, leave: Exit) -> None:
    """Send a TFTP client on an errand."""
    tid = 50000 + 7 * host.serial
    link = host.link(udp_port(tid))
    host.start((Fetch if errand.verb == GET else Store)(host, errand, leave, tid, link=link))
