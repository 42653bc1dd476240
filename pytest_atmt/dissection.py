"""A packet as its layers and fields, in words: what a reader sees who clicks on it.

Reads packets through Scapy's public attributes; knows no run and no report.
"""

from __future__ import annotations

from typing import Any

_LONGEST = 200  # characters of one value

Layer = list[Any]  # [name, first octet, octet behind the last, [[field, value], ...]]


def layers(packet: Any) -> list[Layer]:
    """The layers of a dissected packet; none of anything else."""
    found: list[Layer] = []
    start = 0
    while getattr(packet, "fields_desc", None) is not None and packet.name != "NoPayload":
        end = start + _size(packet)
        fields = [[field.name, _value(packet, field.name)] for field in packet.fields_desc]
        found.append([packet.name, start, end, fields])
        packet, start = packet.payload, end
    return found


def _size(packet: Any) -> int:
    """Octets of a layer without what it carries."""
    own = packet.raw_packet_cache
    return len(own) if own is not None else max(0, len(packet.original) - len(packet.payload.original))


def _value(packet: Any, name: str) -> str:
    try:
        field, value = packet.getfield_and_val(name)
        text = str(field.i2repr(packet, value))
    except Exception as error:  # whatever a peer sent, its test has a result
        return f"(cannot be told: {error})"
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}… ({len(text)} characters)"
