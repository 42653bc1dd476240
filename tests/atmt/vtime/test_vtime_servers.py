"""What unmodified TFTP servers do when nobody acknowledges: all of it, exactly, in no time."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from vtimepeers import Server

from atmt.errors import DeadlineExceeded

HPA = ("in.tftpd", "-L", "-s", "-c", "-u", "nobody", "-a", "{ip}:69", "{root}")
ATFTPD = ("atftpd", "--daemon", "--no-fork", "--logfile", "/dev/null", "{root}")
DNSMASQ = (
    *("dnsmasq", "--no-daemon", "--port=0", "--user=", "--group=", "--conf-file=/dev/null", "--no-resolv"),
    *("--no-hosts", "--pid-file=", "--enable-tftp", "--tftp-root={root}", "--tftp-no-fail"),
)
NOTHING_MORE = (
    b"\0\3\0"  # what atftpd sends from the second time on: three octets of its DATA, in real time too
)
Start = Callable[..., Server]


@pytest.fixture(autouse=True)
def _report_the_real_time() -> object:
    began = time.monotonic()
    yield
    print(f"real time: {1000 * (time.monotonic() - began):.1f} ms")


# what is asked, when the server says the same again, when it gives up
READ, WRITE = {"writes": False}, {"writes": True}
DOUBLING, EVERY_FIVE, BACKING_OFF = [0, 1, 3, 7, 15, 31], [0, 5, 10, 15, 20, 25], [0, 2, 4, 7, 10, 15, 20]
BEHAVIOUR = [
    (HPA, READ, DOUBLING, 63),
    (HPA, WRITE, DOUBLING, 63),
    (HPA, {"options": {"blksize": "600"}}, DOUBLING, 63),
    (HPA, {"options": {"timeout": "3"}}, [0, 3, 9, 21, 45, 93], 189),
    (HPA, {"options": {"utimeout": "250000"}}, [0, 0.25, 0.75, 1.75, 3.75, 7.75], 15.75),
    (HPA, WRITE | {"options": {"timeout": "2"}}, [0, 2, 6, 14, 30, 62], 126),
    (ATFTPD, READ, EVERY_FIVE, 30),
    (ATFTPD, WRITE, EVERY_FIVE, 30),
    (ATFTPD, {"options": {"blksize": "600"}}, EVERY_FIVE, 30),
    (ATFTPD, {"options": {"timeout": "3"}}, [0, 3, 6, 9, 12, 15], 18),
    (ATFTPD, WRITE | {"options": {"timeout": "2"}}, [0, 2, 4, 6, 8, 10], 12),
    (DNSMASQ, READ, BACKING_OFF, 29),
    (DNSMASQ, {"options": {"blksize": "600"}}, BACKING_OFF, 29),
]


@pytest.mark.parametrize(
    ("command", "asked", "times", "end"),
    BEHAVIOUR,
    ids=[
        f"{row[0][0]}-{'write' if row[1].get('writes') else 'read'}-{row[1].get('options')}"
        for row in BEHAVIOUR
    ],
)
def test_a_server_repeats_itself_at_these_times_and_gives_up_at_that_one(
    server: Start, command: tuple[str, ...], asked: dict[str, Any], times: list[float], end: float
) -> None:
    up = server(*command)
    run = up.converse(patience=400, **asked)
    assert run.heard == times
    assert [exchange.at for exchange in run.trace.received()] == times
    assert len({exchange.data[28:] for exchange in run.trace.received()} - {NOTHING_MORE}) == 1
    assert up.clock.last == end


def test_a_server_that_has_given_up_has_forgotten_the_conversation(server: Start) -> None:
    up = server(*HPA)
    assert up.converse(patience=31.5).heard == DOUBLING
    assert len(up.net.leftovers()) == 1  # the process of this conversation, until second 63
    up.clock.advance_to(63)
    up.clock.quiet()
    assert up.net.leftovers() == []


def test_dnsmasq_says_that_it_gave_up(server: Start) -> None:
    up = server(*DNSMASQ)
    up.converse(patience=8.5)
    assert "failed sending" not in up.process.said()
    up.clock.advance_to(29)
    up.clock.quiet()
    assert "failed sending" in up.process.said()


def test_a_conversation_takes_the_same_times_fifty_times_over(server: Start) -> None:
    hpa = server(*HPA)
    began, stories = 0.0, []
    for _ in range(50):
        run = hpa.converse(patience=70)
        stories.append([exchange.at - began for exchange in run.trace.exchanges])
        began = run.clock.now()
    assert stories == [[0, 0, 1, 3, 7, 15, 31]] * 50


def test_a_server_that_sleeps_before_it_serves_is_waited_for(server: Start) -> None:
    slow = server("sh", "-c", f"sleep 7; exec {' '.join(HPA)}")
    assert slow.clock.now() == 7
    assert slow.converse(patience=2).heard == [7, 8]


def test_a_conversation_may_be_cut_off_at_any_virtual_time(server: Start) -> None:
    run = server(*HPA).converse(limit=10.5)
    assert isinstance(run.interpreter.error, DeadlineExceeded)
    assert run.heard == [0, 1, 3, 7]
    assert run.clock.now() == 10.5
