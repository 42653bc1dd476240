"""What a topology promises about its network."""

from __future__ import annotations

import errno
import socket
import struct
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from labframes import Datagram, udp_frame

from atmt.lab import Lab, Topology

Command = Callable[[int], list[str]]
Hear = Callable[[socket.socket], Datagram]
SCM_TIMESTAMPNS = 35
RTM_DELLINK, RTMGRP_LINK = 17, 1
ONLY_IPV4 = [(0x28, 0, 0, 12), (0x15, 0, 1, 0x0800), (0x06, 0, 0, 0xFFFF), (0x06, 0, 0, 0)]


@pytest.mark.parametrize("version", [4, 6])
def test_a_program_answers_a_frame(net: Topology, echo: Command, hear: Hear, version: int) -> None:
    net.wait_udp(net.peer, 7, net.start(net.peer, echo(version)))
    link = net.packet_socket(net.tester)
    link.send(udp_frame(net.tester, net.peer, (4000, 7), b"stressed", version))
    answer = hear(link)
    assert answer.payload == b"desserts"
    assert (answer.source_port, answer.destination_port) == (7, 4000)
    assert answer.source == (net.peer.ipv4 if version == 4 else net.peer.ipv6)


@pytest.mark.parametrize("version", [4, 6])
def test_the_peers_checksums_are_right(net: Topology, hear: Hear, version: int) -> None:
    link = net.packet_socket(net.tester)
    family, address = ((socket.AF_INET, net.tester.ipv4), (socket.AF_INET6, net.tester.ipv6))[version == 6]
    net.socket(net.peer, family, socket.SOCK_DGRAM).sendto(b"sum me up", (address, 4000))
    assert hear(link).checksum_right


def test_a_wrong_checksum_does_not_reach_the_peers_program(net: Topology) -> None:
    program = net.socket(net.peer, socket.AF_INET, socket.SOCK_DGRAM, bind=("0.0.0.0", 7))
    link = net.packet_socket(net.tester)
    good = udp_frame(net.tester, net.peer, (4000, 7), b"good")
    link.send(good[:-1] + b"x")
    link.send(good)
    program.settimeout(5)
    assert program.recv(100) == b"good"


@pytest.mark.parametrize("version", [4, 6])
def test_the_testers_kernel_keeps_silent(net: Topology, hear: Hear, version: int) -> None:
    link, peers_end = net.packet_socket(net.tester), net.packet_socket(net.peer)
    family, address = ((socket.AF_INET, net.tester.ipv4), (socket.AF_INET6, net.tester.ipv6))[version == 6]
    net.socket(net.peer, family, socket.SOCK_DGRAM).sendto(b"to a closed port", (address, 9))
    assert hear(link).destination_port == 9
    link.send(udp_frame(net.tester, net.peer, (1, 2), b"marker"))
    peers_end.settimeout(5)
    assert peers_end.recv(2000).endswith(b"marker")  # so no ICMP error came before it


def test_a_packet_socket_does_not_hear_itself(net: Topology, hear: Hear) -> None:
    link = net.packet_socket(net.tester)
    link.send(udp_frame(net.tester, net.peer, (1, 2), b"mine"))
    net.socket(net.peer, socket.AF_INET, socket.SOCK_DGRAM).sendto(b"theirs", (net.tester.ipv4, 9))
    assert hear(link).payload == b"theirs"


def test_a_filter_lets_only_its_frames_through(net: Topology) -> None:
    link = net.packet_socket(net.tester, filter=ONLY_IPV4)
    net.socket(net.peer, socket.AF_INET6, socket.SOCK_DGRAM).sendto(b"six", (net.tester.ipv6, 9))
    net.socket(net.peer, socket.AF_INET, socket.SOCK_DGRAM).sendto(b"four", (net.tester.ipv4, 9))
    link.settimeout(5)
    assert link.recv(2000).endswith(b"four")


def test_the_kernel_stamps_every_frame(net: Topology) -> None:
    link = net.packet_socket(net.tester, filter=ONLY_IPV4)
    before = time.time()
    net.socket(net.peer, socket.AF_INET, socket.SOCK_DGRAM).sendto(b"now", (net.tester.ipv4, 9))
    link.settimeout(5)
    _, ancillary, _, _ = link.recvmsg(2000, 256)
    stamps = [struct.unpack("@ll", data) for _, kind, data in ancillary if kind == SCM_TIMESTAMPNS]
    assert before <= stamps[0][0] + stamps[0][1] / 1e9 <= time.time()


def test_500_datagrams_to_a_closed_port_give_500_errors(net: Topology) -> None:
    link = net.packet_socket(net.tester, filter=ONLY_IPV4)
    link.settimeout(5)
    for number in range(500):
        link.send(udp_frame(net.tester, net.peer, (4000, 1000 + number), b"anyone?"))
        error = link.recv(2000)
        assert (error[23], error[34], error[35]) == (socket.IPPROTO_ICMP, 3, 3)


def test_the_peer_never_asks_who_the_tester_is(net: Topology) -> None:
    everything_but_ipv6 = [(0x28, 0, 0, 12), (0x15, 0, 1, 0x86DD), (0x06, 0, 0, 0), (0x06, 0, 0, 0xFFFF)]
    link = net.packet_socket(net.tester, filter=everything_but_ipv6)
    net.socket(net.peer, socket.AF_INET, socket.SOCK_DGRAM).sendto(b"first", (net.tester.ipv4, 9))
    link.settimeout(5)
    assert link.recv(2000).endswith(b"first")


def test_a_large_mtu_carries_a_large_datagram(lab: Lab, echo: Command, hear: Hear) -> None:
    with lab.topology(mtu=9000) as net:
        net.wait_udp(net.peer, 7, net.start(net.peer, echo(4)))
        link = net.packet_socket(net.tester)
        link.send(udp_frame(net.tester, net.peer, (4000, 7), b"x" * 8000))
        assert len(hear(link).payload) == 8000


def test_without_ipv6_there_is_none(lab: Lab) -> None:
    with lab.topology(ipv6=False) as net:
        assert net.peer.ipv6 == ""
        with pytest.raises(OSError, match="address") as refused:
            net.socket(net.peer, socket.AF_INET6, socket.SOCK_DGRAM, bind=("::1", 7))
        assert refused.value.errno == errno.EADDRNOTAVAIL


@pytest.mark.parametrize("version", [4, 6])
def test_peers_on_a_switch_reach_each_other(lab: Lab, echo: Command, version: int) -> None:
    with lab.topology(names=["client", "server"]) as net:
        client, server = net.peers["client"], net.peers["server"]
        net.wait_udp(server, 7, net.start(server, echo(version)))
        family, address = ((socket.AF_INET, server.ipv4), (socket.AF_INET6, server.ipv6))[version == 6]
        asking = net.socket(client, family, socket.SOCK_DGRAM)
        asking.settimeout(5)
        asking.sendto(b"live", (address, 7))
        assert asking.recv(100) == b"evil"


def test_the_tester_reaches_every_peer_on_a_switch(lab: Lab, echo: Command, hear: Hear) -> None:
    with lab.topology(peers=3) as net:
        link = net.packet_socket(net.tester)
        for peer in net.peers.values():
            net.wait_udp(peer, 7, net.start(peer, echo(4)))
            link.send(udp_frame(net.tester, peer, (4000, 7), b"who"))
            assert hear(link).source == peer.ipv4
        assert list(net.peers) == ["peer1", "peer2", "peer3"]


def test_topologies_of_one_lab_do_not_meet(lab: Lab, hear: Hear) -> None:
    with lab.topology() as one, lab.topology() as other:
        here, there = one.packet_socket(one.tester), other.packet_socket(other.tester)
        one.socket(one.peer, socket.AF_INET, socket.SOCK_DGRAM).sendto(b"one", (one.tester.ipv4, 9))
        other.socket(other.peer, socket.AF_INET, socket.SOCK_DGRAM).sendto(b"other", (other.tester.ipv4, 9))
        assert (hear(here).payload, hear(there).payload) == (b"one", b"other")


def test_a_refused_socket_is_the_callers_oserror(net: Topology) -> None:
    net.socket(net.peer, socket.AF_INET, socket.SOCK_DGRAM, bind=("0.0.0.0", 7))
    with pytest.raises(OSError, match="in use") as refused:
        net.socket(net.peer, socket.AF_INET, socket.SOCK_DGRAM, bind=("0.0.0.0", 7))
    assert refused.value.errno == errno.EADDRINUSE


def test_the_network_vanishes_with_its_topology(lab: Lab) -> None:
    net = lab.topology()
    witness = net.socket(net.tester, socket.AF_NETLINK, socket.SOCK_RAW, 0, bind=(0, RTMGRP_LINK)).dup()
    net.close()
    witness.settimeout(5)
    with witness:  # it alone still holds the tester's namespace, and hears the cable go with the peer's
        while struct.unpack_from("=IH", witness.recv(1 << 16))[1] != RTM_DELLINK:
            pass


def test_shared_memory_is_private(net: Topology, python: Callable[[str], list[str]]) -> None:
    code = "open('/dev/shm/atmt-is-private', 'w').close()"
    assert net.start(net.peer, python(code)).wait() == 0
    assert not Path("/dev/shm/atmt-is-private").exists()


@pytest.mark.parametrize("names", [[], ["a", "a"], ["tester"], ["switch", "a"], [""], ["p"] * 300])
def test_impossible_names_are_refused(lab: Lab, names: list[str]) -> None:
    with pytest.raises(ValueError, match="names"):
        lab.topology(names=names)
