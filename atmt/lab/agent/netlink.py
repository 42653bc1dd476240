"""Route netlink, as much as a topology needs: links, addresses, neighbours, routes; many requests in one system call.

Knows no topology, only single requests and their acknowledgements.
"""

from __future__ import annotations

import os
import socket
import struct
from collections.abc import Iterator, Sequence
from typing import NamedTuple

NLMSG_ERROR, NLMSG_DONE = 2, 3
NLM_F_REQUEST, NLM_F_ACK, NLM_F_DUMP = 0x1, 0x4, 0x300
NLM_F_REPLACE, NLM_F_EXCL, NLM_F_CREATE = 0x100, 0x200, 0x400
NLM_F_CAPPED, NLM_F_ACK_TLVS = 0x100, 0x200
SOL_NETLINK, NETLINK_EXT_ACK, NLMSGERR_ATTR_MSG = 270, 11, 1
RTM_NEWLINK, RTM_GETLINK, RTM_SETLINK, RTM_NEWADDR, RTM_NEWROUTE, RTM_NEWNEIGH = 16, 18, 19, 20, 24, 28
IFF_UP = 1
IFLA_ADDRESS, IFLA_IFNAME, IFLA_MTU, IFLA_MASTER, IFLA_OPERSTATE = 1, 3, 4, 10, 16
IFLA_LINKINFO, IFLA_NET_NS_FD, IFLA_NUM_TX_QUEUES, IFLA_NUM_RX_QUEUES = 18, 28, 31, 32
IFLA_INFO_KIND, IFLA_INFO_DATA, VETH_INFO_PEER, IFLA_BR_MCAST_SNOOPING = 1, 2, 1, 23
IFA_ADDRESS, IFA_LOCAL, IFA_FLAGS, IFA_F_NODAD, IFA_F_PERMANENT = 1, 2, 8, 0x2, 0x80
NDA_DST, NDA_LLADDR, NUD_PERMANENT = 1, 2, 0x80
RTA_DST, RTA_OIF, RTA_GATEWAY = 1, 4, 5
RT_TABLE_MAIN, RTPROT_STATIC, RTN_UNICAST = 254, 4, 1
SCOPE_UNIVERSE, SCOPE_LINK = 0, 253
ATTRIBUTE_TYPE = 0x3FFF
OPERSTATE_UP = 6
HEADER = 16
MOST_AT_ONCE = 100  # requests: their acknowledgements must fit the socket's buffer

Request = tuple[int, int, bytes]  # message type, flags beyond REQUEST and ACK, body


class End(NamedTuple):
    """One end of a veth that is to be made."""

    name: str
    number: int  # its interface index
    mac: str
    namespace: int  # descriptor of its network namespace


class Link(NamedTuple):
    """An interface that exists."""

    name: str
    number: int
    operstate: int


def veth(one: End, other: End, mtu: int) -> Request:
    """Make a virtual cable, both ends down: one that is created up is refused with ENOTCONN.

    The indexes must differ: equal ones make the kernel take a second to declare the link up.
    """
    peer = _attribute(VETH_INFO_PEER, _veth_end(other, mtu))
    return RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, _veth_end(one, mtu) + _link_info("veth", peer)


def bridge(name: str, index: int) -> Request:
    """Make a switch, up, that floods multicast to every port."""
    data = _attribute(IFLA_BR_MCAST_SNOOPING, b"\0")
    body = _interface(index, IFF_UP) + _attribute(IFLA_IFNAME, name) + _link_info("bridge", data)
    return RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, body


def up(index: int) -> Request:
    """Switch an interface on."""
    return RTM_NEWLINK, 0, _interface(index, IFF_UP)


def join(index: int, master: int) -> Request:
    """Make an interface a port of the bridge `master`."""
    return RTM_SETLINK, 0, _interface(index) + _attribute(IFLA_MASTER, master)


def address(index: int, cidr: str) -> Request:
    """Give an interface an address such as ``192.0.2.2/24``; IPv6 without duplicate address detection."""
    text, _, length = cidr.partition("/")
    family, raw = _packed(text)
    scope = SCOPE_LINK if text.startswith("fe80") else SCOPE_UNIVERSE
    body = struct.pack("=BBBBI", family, int(length), 0, scope, index)
    body += _attribute(IFA_LOCAL, raw) + _attribute(IFA_ADDRESS, raw)
    if family == socket.AF_INET6:
        body += _attribute(IFA_FLAGS, IFA_F_NODAD | IFA_F_PERMANENT)
    return RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL, body


def neighbour(index: int, ip: str, mac: str) -> Request:
    """Tell an interface for good who owns an address, so that it never asks."""
    family, raw = _packed(ip)
    body = struct.pack("=BxxxIHBB", family, index, NUD_PERMANENT, 0, 0)
    body += _attribute(NDA_DST, raw) + _attribute(NDA_LLADDR, _mac(mac))
    return RTM_NEWNEIGH, NLM_F_CREATE | NLM_F_REPLACE, body


def route(index: int, cidr: str, via: str) -> Request:
    """Send what goes to a network such as ``198.51.100.0/24`` through an interface to the next hop `via`."""
    text, _, length = cidr.partition("/")
    family, raw = _packed(text)
    body = struct.pack(
        "=BBBBBBBBI", family, int(length), 0, 0, RT_TABLE_MAIN, RTPROT_STATIC, SCOPE_UNIVERSE, RTN_UNICAST, 0
    )
    if int(length):
        body += _attribute(RTA_DST, raw)
    body += _attribute(RTA_GATEWAY, _packed(via)[1]) + _attribute(RTA_OIF, index)
    return RTM_NEWROUTE, NLM_F_CREATE | NLM_F_EXCL, body


class Netlink:
    """A route netlink socket of the network namespace in which it is created, and for ever of that one."""

    def __init__(self) -> None:
        self.socket = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)
        self.socket.setsockopt(SOL_NETLINK, NETLINK_EXT_ACK, 1)
        self._sequence = 0

    def request(self, requests: Sequence[Request]) -> None:
        """Send all in one go; raises OSError with the kernel's own words for the first that is refused."""
        for first in range(0, len(requests), MOST_AT_ONCE):
            self._request(requests[first : first + MOST_AT_ONCE])

    def _request(self, requests: Sequence[Request]) -> None:
        self.socket.send(
            b"".join(self._message(kind, flags | NLM_F_ACK, body) for kind, flags, body in requests)
        )
        missing = len(requests)
        while missing:
            for kind, flags, body in _messages(self.socket.recv(1 << 16)):
                if kind == NLMSG_ERROR:
                    _raise_if_refused(flags, body)
                    missing -= 1

    def links(self) -> list[Link]:
        """All interfaces of the namespace."""
        self.socket.send(self._message(RTM_GETLINK, NLM_F_DUMP, _interface(0)))
        found: list[Link] = []
        while True:
            for kind, _, body in _messages(self.socket.recv(1 << 17)):
                if kind == NLMSG_DONE:
                    return found
                found.append(_link(body))

    def _message(self, kind: int, flags: int, body: bytes) -> bytes:
        self._sequence += 1
        return (
            struct.pack("=IHHII", HEADER + len(body), kind, NLM_F_REQUEST | flags, self._sequence, 0) + body
        )


def _attribute(kind: int, value: bytes | str | int) -> bytes:
    if isinstance(value, str):
        value = value.encode() + b"\0"
    elif isinstance(value, int):
        value = struct.pack("=I", value)
    return struct.pack("=HH", 4 + len(value), kind) + value + b"\0" * (-len(value) % 4)


def _attributes(data: bytes) -> Iterator[tuple[int, bytes]]:
    while len(data) >= 4:
        length, kind = struct.unpack_from("=HH", data)
        yield kind & ATTRIBUTE_TYPE, data[4:length]
        data = data[length + -length % 4 :]


def _messages(data: bytes) -> Iterator[tuple[int, int, bytes]]:
    while data:
        length, kind, flags = struct.unpack_from("=IHH", data)
        yield kind, flags, data[HEADER:length]
        data = data[length + -length % 4 :]


def _interface(index: int, flags: int = 0) -> bytes:
    return struct.pack("=BxHiII", 0, 0, index, flags, flags)


def _link_info(kind: str, data: bytes) -> bytes:
    return _attribute(IFLA_LINKINFO, _attribute(IFLA_INFO_KIND, kind) + _attribute(IFLA_INFO_DATA, data))


def _veth_end(end: End, mtu: int) -> bytes:
    body = _interface(end.number) + _attribute(IFLA_IFNAME, end.name) + _attribute(IFLA_MTU, mtu)
    body += _attribute(IFLA_NUM_TX_QUEUES, 1) + _attribute(IFLA_NUM_RX_QUEUES, 1)  # one per CPU costs time
    return body + _attribute(IFLA_ADDRESS, _mac(end.mac)) + _attribute(IFLA_NET_NS_FD, end.namespace)


def _link(body: bytes) -> Link:
    _, _, index, _, _ = struct.unpack_from("=BxHiII", body)
    attributes = dict(_attributes(body[16:]))
    return Link(attributes[IFLA_IFNAME].rstrip(b"\0").decode(), index, attributes[IFLA_OPERSTATE][0])


def _mac(text: str) -> bytes:
    return bytes.fromhex(text.replace(":", ""))


def _packed(ip: str) -> tuple[int, bytes]:
    family = socket.AF_INET6 if ":" in ip else socket.AF_INET
    return family, socket.inet_pton(family, ip)


def _raise_if_refused(flags: int, body: bytes) -> None:
    number = -struct.unpack_from("=i", body)[0]
    if number:
        raise OSError(number, ": ".join(filter(None, (os.strerror(number), _explanation(flags, body)))))


def _explanation(flags: int, body: bytes) -> str:
    """The text which newer kernels attach to a refusal, behind the (possibly capped) copy of the request."""
    if not flags & NLM_F_ACK_TLVS:
        return ""
    copied = HEADER if flags & NLM_F_CAPPED else struct.unpack_from("=I", body, 4)[0]
    start = 4 + copied + -copied % 4
    return dict(_attributes(body[start:])).get(NLMSGERR_ATTR_MSG, b"").rstrip(b"\0").decode()
