"""What unmodified TFTP servers do when nobody acknowledges: all of it, exactly, in no time."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from scapy.layers.tftp import TFTP_DATA, TFTP_OACK
from vtimepeers import Server

from atmt.errors import DeadlineExceeded

HPA = ("in.tftpd", "-L", "-s", "-u", "nobody", "-a", "{ip}:69", "{root}")
ATFTPD = ("atftpd", "--daemon", "--no-fork", "--logfile", "/dev/null", "{root}")
DNSMASQ = (
    *("dnsmasq", "--no-daemon", "--port=0", "--user=", "--group=", "--conf-file=/dev/null", "--no-resolv"),
    *("--no-hosts", "--pid-file=", "--enable-tftp", "--tftp-root={root}", "--tftp-no-fail"),
)
Start = Callable[..., Server]


@pytest.fixture(autouse=True)
def _report_the_real_time() -> object:
    began = time.monotonic()
    yield
    print(f"real time: {1000 * (time.monotonic() - began):.1f} ms")


def test_tftpd_hpa_doubles_its_timeout_and_gives_up_after_six_tries(server: Start) -> None:
    run = server(*HPA).converse()
    assert run.heard == [0, 1, 3, 7, 15, 31]
    assert run.clock.now() == 131
    assert [exchange.at for exchange in run.trace.received(TFTP_DATA)] == run.heard


def test_tftpd_hpa_starts_from_the_timeout_that_was_agreed(server: Start) -> None:
    run = server(*HPA).converse(options={"timeout": "3"}, patience=200)
    assert [exchange.at for exchange in run.trace.received(TFTP_OACK)] == [0, 3, 9, 21, 45, 93]


def test_tftpd_hpa_starts_from_the_finer_timeout_that_was_agreed(server: Start) -> None:
    assert server(*HPA).converse(options={"utimeout": "250000"}).heard == [0, 0.25, 0.75, 1.75, 3.75, 7.75]


def test_atftpd_repeats_itself_every_five_seconds(server: Start) -> None:
    assert server(*ATFTPD).converse().heard == [0, 5, 10, 15, 20, 25]


def test_dnsmasq_backs_off(server: Start) -> None:
    assert server(*DNSMASQ).converse().heard == [0, 2, 4, 7, 10, 15, 20]


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
