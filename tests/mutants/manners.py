"""Servers with a fault in their transfer identifiers, their timing or their errors."""

from __future__ import annotations

from .mutant import Mutant

TRANSFER_IDS = (
    Mutant(
        "answers from port 69",
        "self.send(datagram(host, self.tid, port,",
        "self.send(datagram(host, 69, port,",
        ("test_a_read_is_served_from_a_port_of_its_own", "test_a_write_is_served_from_a_port_of_its_own"),
    ),
    Mutant(
        "uses one port for all transfers",
        "tid = next(tids)",
        "tid = 40000",
        ("test_successive_transfers_have_different_ports", "test_concurrent_reads_have_different_ports"),
    ),
    Mutant(
        "answers to the port that asks, minus one",
        "request[IP].src, request[UDP].sport\n",
        "request[IP].src, request[UDP].sport & 0xFFFE\n",
        ("test_any_port_of_the_client_is_answered_at_that_port",),
    ),
    Mutant(
        "ends on a stranger's error",
        "if self.from_client(pkt) and is_error(pkt):",
        "if is_error(pkt):",
        ("test_a_strangers_error_does_not_end_a_read", "test_a_strangers_error_does_not_end_a_write"),
    ),
    Mutant(
        "answers a stranger with nothing",
        'self.tell(error(ErrorCode.UNKNOWN_TID, "unknown transfer"), (pkt[IP].src, pkt[UDP].sport))',
        "pass",
        ("test_a_stranger_in_a_read_is_told_error_5", "test_a_stranger_in_a_write_is_told_error_5"),
    ),
    Mutant(
        "tells a stranger another error",
        "error(ErrorCode.UNKNOWN_TID,",
        "error(ErrorCode.UNDEFINED,",
        ("test_a_stranger_in_a_read_is_told_error_5",),
    ),
    Mutant(
        "answers a stranger's error",
        "if not self.from_client(pkt) and not is_error(pkt):",
        "if not self.from_client(pkt):",
        ("test_a_strangers_error_is_not_answered",),
    ),
    Mutant(
        "takes whoever speaks for the client",
        "return bool((pkt[IP].src, pkt[UDP].sport) == (self.client, self.client_tid))",
        "return True",
        (
            "test_a_strangers_packet_does_not_disturb_a_read",
            "test_a_strangers_packet_does_not_disturb_a_write",
        ),
    ),
    Mutant(
        "tells the client of the stranger",
        '"unknown transfer"), (pkt[IP].src, pkt[UDP].sport))',
        '"unknown transfer"))',
        ("test_a_strangers_packet_does_not_disturb_a_read",),
    ),
)

TIME = (
    Mutant(
        "never repeats itself",
        "raise self.REPEATING() if self.attempts < ATTEMPTS else self.ABANDONED()",
        "raise self.ABANDONED()",
        (
            "test_a_lost_block_comes_again",
            "test_a_block_whose_acknowledgement_was_lost_comes_again",
            "test_the_last_block_comes_again_until_it_is_acknowledged",
            "test_a_lost_oack_comes_again",
        ),
    ),
    Mutant(
        "repeats itself at a constant pace",
        "self.first_timeout * 2 ** (self.attempts - 1)",
        "self.first_timeout",
        ("test_the_time_between_repetitions_grows",),
    ),
    Mutant(
        "repeats something else",
        "        self.attempts += 1\n        self.tell(self.last)",
        "        self.attempts += 1\n        self.tell(data(self.block, b'again'))",
        ("test_a_block_comes_again_exactly_as_it_was",),
    ),
    Mutant(
        "does not mind the timeout it granted",
        "self.first_timeout = float(asked)",
        "pass",
        ("test_a_granted_timeout_is_the_time_before_a_repetition",),
    ),
)

ERRORS = (
    Mutant(
        "says error 0 for a missing file",
        "Refusal(ErrorCode.FILE_NOT_FOUND,",
        "Refusal(ErrorCode.UNDEFINED,",
        ("test_a_missing_file_is_error_1", "test_a_missing_file_has_no_size_but_error_1"),
    ),
    Mutant(
        "refuses twice",
        "        self.tell(error(refusal.code, str(refusal)))",
        "        self.tell(error(refusal.code, str(refusal)))\n"
        "        self.tell(error(refusal.code, str(refusal)))",
        ("test_a_refusal_is_said_once_and_nothing_follows",),
    ),
    Mutant(
        "ends its messages with two zeros",
        "self.tell(error(refusal.code, str(refusal)))",
        "self.tell(error(refusal.code, str(refusal)) / b'\\0')",
        ("test_the_message_of_an_error_ends_with_its_only_zero",),
    ),
    Mutant(
        "writes no ASCII",
        '"file not found"',
        '"fichier non trouv\\u00e9"',
        ("test_the_message_of_an_error_is_netascii",),
    ),
    Mutant(
        "answers errors at its port",
        "if not is_error(pkt):  # an error",
        "if True:  # an error",
        (
            "test_an_error_at_the_servers_port_is_not_answered",
            "test_an_error_without_code_or_message_is_not_answered_either",
        ),
    ),
    Mutant(
        "is not ended by an error",
        "if self.from_client(pkt) and is_error(pkt):\n            raise self.ABANDONED()",
        "pass",
        ("test_an_error_ends_a_read", "test_error_8_ends_a_write_that_is_being_negotiated"),
    ),
    Mutant(
        "acknowledges an error",
        "            raise self.ABANDONED()\n\n    @ATMT.timeout",
        "            self.tell(ack(self.block))\n            raise self.ABANDONED()\n\n    @ATMT.timeout",
        ("test_an_error_ends_a_read", "test_an_error_ends_a_write"),
    ),
    Mutant(
        "answers an error by an error",
        "            raise self.ABANDONED()\n\n    @ATMT.timeout",
        "            raise self.REFUSED(Refusal(ErrorCode.UNDEFINED, 'so be it'))\n\n    @ATMT.timeout",
        ("test_an_error_ends_a_read", "test_an_error_ends_a_read_that_is_being_negotiated"),
    ),
    Mutant(
        "serves mode mail",
        'if self.mode not in ("octet", "netascii"):',
        'if self.mode not in ("octet", "netascii", "mail"):',
        ("test_mail_mode_is_not_served",),
    ),
    Mutant(
        "serves any mode",
        'if self.mode not in ("octet", "netascii"):',
        "if not self.mode:",
        ("test_an_unknown_mode_is_not_served", "test_an_unknown_mode_is_not_taken_for_a_write"),
    ),
    Mutant(
        "serves requests without a mode",
        'if self.mode not in ("octet", "netascii"):',
        'if self.mode not in ("octet", "netascii", ""):',
        ("test_a_malformed_request_is_not_served",),
    ),
    Mutant(
        "knows modes in lower case only",
        'mode.decode("latin-1").lower()',
        'mode.decode("latin-1")',
        ("test_the_mode_may_be_in_any_case", "test_the_mode_of_a_write_may_be_in_any_case"),
    ),
    Mutant(
        "takes what is no request for a write",
        'raise Refusal(ErrorCode.ILLEGAL_OPERATION, "not a read or write request")',
        "self.begin = lambda: self.say(ack(0)) or self.WAITING()",
        ("test_what_belongs_into_a_transfer_begins_none",),
    ),
)
