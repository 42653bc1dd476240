"""Mutants of the TFTP client: how it asks, and whom it answers."""

from __future__ import annotations

from .mutant import ClientMutant as Mutant

_ASKED = "{name: value or self.choice(name) for name, value in errand.options.items()}"
REQUESTS = (
    Mutant(
        "its read request has no end",
        "return rrq(self.errand.name, self.errand.mode, self.asked)",
        "from .messages import raw\n"
        "        return raw(bytes(rrq(self.errand.name, self.errand.mode, self.asked))[:-1])",
        ("test_a_read_request_is_opcode_name_and_mode",),
    ),
    Mutant(
        "its write request has no end",
        "return wrq(self.errand.name, self.errand.mode, self.asked)",
        "from .messages import raw\n"
        "        return raw(bytes(wrq(self.errand.name, self.errand.mode, self.asked))[:-1])",
        ("test_a_write_request_is_opcode_name_and_mode",),
    ),
    Mutant(
        "cuts long names",
        "return rrq(self.errand.name,",
        "return rrq(self.errand.name[:64],",
        ("test_a_name_is_asked_for_as_it_is",),
    ),
    Mutant(
        "asks for upper-case names",
        "return rrq(self.errand.name,",
        "return rrq(self.errand.name.upper(),",
        ("test_a_name_is_asked_for_as_it_is", "test_a_read_request_is_opcode_name_and_mode"),
    ),
    Mutant(
        "reads in mode mail",
        "return rrq(self.errand.name, self.errand.mode,",
        'return rrq(self.errand.name, "mail",',
        ("test_a_request_does_not_use_mail_mode", "test_a_read_request_is_opcode_name_and_mode"),
    ),
    Mutant(
        "asks for netascii whatever it is told",
        "return wrq(self.errand.name, self.errand.mode,",
        'return wrq(self.errand.name, "netascii",',
        ("test_a_write_request_is_opcode_name_and_mode",),
    ),
    Mutant(
        "always has the same port",
        "50000 + 7 * host.serial",
        "50000",
        ("test_successive_transfers_come_from_different_ports",),
    ),
    Mutant(
        "asks for every option twice",
        "return rrq(self.errand.name, self.errand.mode, self.asked)",
        "twice = {**self.asked, **{name.upper(): value for name, value in self.asked.items()}}\n"
        "        return rrq(self.errand.name, self.errand.mode, twice)",
        ("test_options_are_pairs_of_texts_each_name_once",),
    ),
    Mutant(
        "asks for a timeout of 300 s",
        _ASKED,
        _ASKED + ' | ({"timeout": "300"} if "timeout" in errand.options else {})',
        ("test_the_timeout_asked_for_is_between_1_and_255",),
    ),
    Mutant(
        "asks for a window of 0",
        _ASKED,
        _ASKED + ' | ({"windowsize": "0"} if "windowsize" in errand.options else {})',
        ("test_the_window_asked_for_is_between_1_and_65535",),
    ),
    Mutant(
        "announces a size when it reads",
        '"tsize": "0"',
        '"tsize": "1"',
        ("test_the_size_in_a_read_request_is_0",),
    ),
    Mutant(
        "announces size 0 when it writes",
        'return str(len(self.wire())) if name == "tsize" else super().choice(name)',
        "return super().choice(name)",
        ("test_the_size_in_a_write_request_is_that_of_the_file",),
    ),
)

TRANSFER_IDS = (
    Mutant(
        "does not mind the server's port",
        "return source[0] == self.host.server and self.server_tid in (None, source[1])",
        "return source[0] == self.host.server",
        (
            "test_a_strangers_packet_does_not_disturb_a_reader",
            "test_a_strangers_packet_does_not_disturb_a_writer",
            "test_a_strangers_error_does_not_end_a_read",
        ),
    ),
    Mutant(
        "does not mind the server's address",
        "return source[0] == self.host.server and self.server_tid in (None, source[1])",
        "return self.server_tid in (None, source[1])",
        (
            "test_another_hosts_packet_does_not_disturb_a_reader",
            "test_another_hosts_packet_does_not_disturb_a_writer",
        ),
    ),
    Mutant(
        "tells a stranger nothing",
        "if not self.from_server(pkt) and not is_error(pkt):",
        "if False:",
        ("test_a_stranger_is_told_error_5_by_a_reader", "test_a_stranger_is_told_error_5_by_a_writer"),
    ),
    Mutant(
        "tells a stranger error 4",
        "error(ErrorCode.UNKNOWN_TID,",
        "error(ErrorCode.ILLEGAL_OPERATION,",
        ("test_a_stranger_is_told_error_5_by_a_reader",),
    ),
    Mutant(
        "answers a stranger's error",
        "if not self.from_server(pkt) and not is_error(pkt):",
        "if not self.from_server(pkt):",
        (
            "test_a_strangers_error_is_not_answered_by_a_reader",
            "test_a_strangers_error_is_not_answered_by_a_writer",
        ),
    ),
    Mutant(
        "takes a stranger's error for the server's",
        "if self.from_server(pkt) and is_error(pkt):",
        "if is_error(pkt):",
        ("test_a_strangers_error_does_not_end_a_read", "test_a_strangers_error_does_not_end_a_write"),
    ),
    Mutant(
        "tells the server of error 5 when a stranger speaks",
        '"unknown transfer"), (pkt[IP].src, pkt[UDP].sport))',
        '"unknown transfer"))',
        ("test_a_strangers_packet_does_not_disturb_a_reader",),
    ),
    Mutant(
        "a stranger ends the transfer",
        'self.tell(error(ErrorCode.UNKNOWN_TID, "unknown transfer"), (pkt[IP].src, pkt[UDP].sport))',
        "raise self.FAILED()",
        (
            "test_a_strangers_packet_does_not_disturb_a_reader",
            "test_a_strangers_packet_does_not_disturb_a_writer",
        ),
    ),
    Mutant(
        "follows whoever sent the next block",
        "source[0] == self.host.server and self.server_tid in (None, source[1])",
        "source[0] == self.host.server and (TFTP_DATA in pkt or self.server_tid in (None, source[1]))",
        ("test_a_strangers_packet_does_not_disturb_a_reader",),
    ),
    Mutant(
        "acknowledges at the server's port",
        "self.server_tid = pkt[UDP].sport\n        self.block, self.gap",
        "self.block, self.gap",
        ("test_a_reader_answers_the_port_that_answered_it",),
    ),
    Mutant(
        "sends data to the server's port",
        "self.server_tid or self.host.port)",
        "self.host.port)",
        ("test_a_writer_answers_the_port_that_answered_it",),
    ),
    Mutant(
        "acknowledges from another port than it asked from",
        "self.send(datagram(host, self.tid, port,",
        "self.send(datagram(host, self.tid + (self.server_tid is not None), port,",
        ("test_a_reader_keeps_its_own_port", "test_a_writer_keeps_its_own_port"),
    ),
)
