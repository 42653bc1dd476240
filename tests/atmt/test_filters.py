"""Filters from tcpdump's expressions."""

from __future__ import annotations

import shutil

import pytest

from atmt.errors import EnvironmentFault
from atmt.links import filters
from atmt.links.filters import FilterError

EXPRESSION = "udp and not port 53"
WAYS = {"libpcap": filters._by_libpcap, "tcpdump": filters._by_tcpdump}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("expression", ["udp prt 69", "port", "(udp"])
def test_what_is_no_expression_is_told(way: str, expression: str) -> None:
    if WAYS[way]("udp") is None:
        pytest.skip(f"{way} is not installed")
    with pytest.raises(FilterError, match="no filter"):
        WAYS[way](expression)


def test_both_ways_lead_to_the_same_program() -> None:
    if shutil.which("tcpdump") is None or filters._by_libpcap("udp") is None:
        pytest.skip("both are not installed")
    assert filters._by_libpcap(EXPRESSION) == filters._by_tcpdump(EXPRESSION)


def test_without_libpcap_and_tcpdump_the_remedy_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(filters, "_by_libpcap", lambda _: None)
    monkeypatch.setattr(filters, "_by_tcpdump", lambda _: None)
    with pytest.raises(EnvironmentFault, match="libpcap") as told:
        filters.compile("udp and port 7777")
    assert "apt-get install" in told.value.remedy


def test_what_is_accepted_is_accepted_whole() -> None:
    accepting = [row for row in filters.compile(EXPRESSION) if row[0] == 0x06 and row[3]]
    assert {row[3] for row in accepting} == {0xFFFFFFFF}
