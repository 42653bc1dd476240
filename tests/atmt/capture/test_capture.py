"""A capture says what the trace says, to every program that reads pcapng."""

from __future__ import annotations

import shutil
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest
from scapy.layers.inet import IP, UDP
from scapy.layers.l2 import Ether
from scapy.packet import Raw
from scapy.utils import RawPcapNgReader, rdpcap

from atmt import ATMT, Automaton
from atmt.drivers.virtual import Simulation
from atmt.links.capture import ETHERNET, PcapngWriter, write_pcapng
from atmt.links.codec import IPCodec
from atmt.links.memory import Cable
from atmt.trace import Trace


class Caller(Automaton):
    """Asks, hears an answer and a stranger, and says good-bye."""

    def master_filter(self, pkt: Any) -> bool:
        return UDP in pkt and pkt[UDP].dport == 1

    @ATMT.state(initial=True)
    def ASKING(self) -> None:
        self.send(IP(dst="192.0.2.2") / UDP(sport=1, dport=2) / Raw(b"ask"))

    @ATMT.receive_condition(ASKING)
    def answered(self, pkt: Any) -> None:
        raise self.END()

    @ATMT.state(final=True)
    def END(self) -> None: ...


class Callee(Automaton):
    """Answers after a quarter of a second, to the wrong port first."""

    @ATMT.state(initial=True)
    def LISTENING(self) -> None: ...

    @ATMT.receive_condition(LISTENING)
    def asked(self, pkt: Any) -> None:
        raise self.THINKING()

    @ATMT.state()
    def THINKING(self) -> None: ...

    @ATMT.timeout(THINKING, 0.25)
    def answer(self) -> None:
        for port in (9, 1):
            self.send(IP(src="192.0.2.2", dst="192.0.2.1") / UDP(sport=2, dport=port) / Raw(b"answer"))
        raise self.END()

    @ATMT.state(final=True)
    def END(self) -> None: ...


@pytest.fixture
def trace() -> Trace:
    """Of a caller that sent one packet and received two, one of which was none of its business."""
    cable, simulation = Cable(IPCodec(None, "192.0.2.1")), Simulation()
    caller = Caller(link=cable.link(0))
    simulation.start(Callee(link=cable.link(1)))
    simulation.start(caller)
    simulation.run(caller, 10)
    simulation.close()
    return caller.trace


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "run.pcapng"


def test_every_packet_of_the_run_is_in_the_file_with_its_bytes(trace: Trace, file: Path) -> None:
    assert write_pcapng(file, trace) == 3
    assert [bytes(packet) for packet in rdpcap(str(file))] == [exchange.data for exchange in trace.exchanges]


def test_times_are_kept_to_the_nanosecond(trace: Trace, file: Path) -> None:
    write_pcapng(file, trace, epoch=1_900_000_000_000_000_001)
    stamps = [(meta.tshigh << 32 | meta.tslow, meta.tsresol) for _, meta in RawPcapNgReader(str(file))]
    assert stamps == [(1_900_000_000_000_000_001 + later, 10**9) for later in (0, 250_000_000, 250_000_000)]


def test_each_packet_tells_the_automatons_state(trace: Trace, file: Path) -> None:
    write_pcapng(file, trace)
    comments = [getattr(meta, "comments", None) or [meta.comment] for _, meta in RawPcapNgReader(str(file))]
    assert comments == [
        [b"Caller.ASKING"],
        [b"Caller.ASKING, ignored by master_filter"],
        [b"Caller.ASKING (answered)"],
    ]


def test_each_packet_tells_its_direction(trace: Trace, file: Path) -> None:
    write_pcapng(file, trace)
    assert [meta.direction for _, meta in RawPcapNgReader(str(file))] == [2, 1, 1]


def test_tcpdump_reads_what_was_written(trace: Trace, file: Path) -> None:
    tcpdump = shutil.which("tcpdump")
    if tcpdump is None:
        pytest.skip("tcpdump is not installed")
    write_pcapng(file, trace)
    shown = subprocess.run([tcpdump, "-nn", "-r", file], capture_output=True, text=True, check=True).stdout
    assert [line.split(" ", 1)[1] for line in shown.splitlines()] == [
        "IP 192.0.2.1.1 > 192.0.2.2.2: UDP, length 3",
        "IP 192.0.2.2.2 > 192.0.2.1.9: UDP, length 6",
        "IP 192.0.2.2.2 > 192.0.2.1.1: UDP, length 6",
    ]


@pytest.mark.parametrize("size", range(60, 65))
def test_frames_of_any_length_are_padded_right(file: Path, size: int) -> None:
    frames = [bytes(Ether(dst="02:00:00:00:00:01") / Raw(bytes(size - 14 + more))) for more in range(2)]
    with PcapngWriter(file, ETHERNET, comment="odd and even") as writer:
        for frame in frames:
            writer.packet(frame, 1, "é")
    assert [bytes(packet) for packet in rdpcap(str(file))] == frames


def test_a_file_stays_within_its_limit_and_says_what_is_missing(file: Path) -> None:
    with PcapngWriter(file, largest=10_000) as writer:
        for _ in range(100):
            writer.packet(bytes(500), 0)
    assert file.stat().st_size < 10_200
    assert b"82 more packets were left out" in file.read_bytes()
    assert len(rdpcap(str(file))) == 18


def test_writing_is_cheap(file: Path) -> None:
    frame = bytes(100)
    began = time.perf_counter()
    with PcapngWriter(file) as writer:
        for number in range(20_000):
            writer.packet(frame, number, "Reader.WAITING (receive_data)", "received")
    print(f"{(time.perf_counter() - began) / 20_000 * 1e6:.2f} us a packet")
    assert file.stat().st_size > 20_000 * 150


def test_tshark_reads_comments_times_and_directions(trace: Trace, file: Path) -> None:
    tshark = shutil.which("tshark")
    if tshark is None:
        pytest.skip("tshark is not installed")
    write_pcapng(file, trace, epoch=1_900_000_000_000_000_001)
    fields = ("frame.time_epoch", "frame.comment", "frame.packet_flags_direction", "udp.dstport", "data.data")
    command = [tshark, "-r", str(file), "-T", "fields", *(word for name in fields for word in ("-e", name))]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert [line.split("\t") for line in done.stdout.splitlines()] == [
        ["1900000000.000000001", "Caller.ASKING", "0x00000002", "2", b"ask".hex()],
        [
            "1900000000.250000001",
            "Caller.ASKING, ignored by master_filter",
            "0x00000001",
            "9",
            b"answer".hex(),
        ],
        ["1900000000.250000001", "Caller.ASKING (answered)", "0x00000001", "1", b"answer".hex()],
    ]


def test_tshark_finds_nothing_wrong_with_a_file_that_reached_its_limit(file: Path) -> None:
    if (capinfos := shutil.which("capinfos")) is None:
        pytest.skip("capinfos is not installed (apt-get install tshark)")
    with PcapngWriter(file, comment="bounded", largest=10_000) as writer:
        for number in range(100):
            writer.packet(bytes(500), number)
    done = subprocess.run([capinfos, "-c", "-k", str(file)], capture_output=True, text=True, check=True)
    assert "Number of packets:   18" in done.stdout
    assert done.stderr == ""
