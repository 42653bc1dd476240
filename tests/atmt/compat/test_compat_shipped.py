"""Every automaton in the installed Scapy adopts, validates and draws."""

from __future__ import annotations

import pytest

from atmt import compat
from atmt.draw import Picture, dot, mermaid, table

# class -> states, conditions of all kinds
SHIPPED = {
    "layers.inet:TCP_client": (7, 11),
    "layers.kerberos:KerberosClient": (4, 8),
    "layers.smbclient:SMB_Client": (10, 11),
    "layers.smbserver:SMB_Server": (10, 21),
    "layers.tftp:TFTP_read": (5, 3),
    "layers.tftp:TFTP_write": (5, 3),
    "layers.tftp:TFTP_WRQ_server": (4, 3),
    "layers.tftp:TFTP_RRQ_server": (5, 7),
    "layers.tls.automaton_cli:TLSClientAutomaton": (91, 81),
    "layers.tls.automaton_srv:TLSServerAutomaton": (89, 66),
    "layers.http:HTTP_Server": (6, 6),
    "layers.http:HTTPS_Server": (6, 6),
    "layers.ms_nrtp:NRTP_Server": (3, 1),
    "modules.krack.automaton:KrackAP": (11, 15),
}


@pytest.mark.parametrize(("spec", "size"), SHIPPED.items(), ids=[spec.partition(":")[2] for spec in SHIPPED])
def test_it_adopts_validates_and_draws(scapys, spec, size):
    graph = compat.adopt(scapys(spec)).atmt_graph
    assert (len(graph.states), sum(len(state.all_conditions) for state in graph.states.values())) == size
    assert graph.initial
    assert len(Picture.of(graph).arrows) >= 1
    assert all(form(graph) for form in (dot, mermaid, table))
