"""Servers that read or write wrongly, one realistic fault each."""

from __future__ import annotations

from .mutant import Mutant

READING = (
    Mutant(
        "sends block 2 first",
        "        raise self.SENDING()\n\n    def part",
        "        self.block = 1\n        raise self.SENDING()\n\n    def part",
        ("test_a_read_request_is_answered_by_data_block_1",),
    ),
    Mutant(
        "doubles the last octet",
        "self.say(data(self.block, self.part()))",
        "self.say(data(self.block, self.part() + self.part()[-1:] * (len(self.part()) < self.block_size)))",
        ("test_a_short_block_ends_the_transfer", "test_octet_mode_changes_no_octet"),
    ),
    Mutant(
        "sends no empty block at the end",
        "last = self.block > 0 and len(self.part()) < self.block_size",
        "last = self.block > 0 and self.block * self.block_size >= len(self.content)",
        ("test_a_file_of_whole_blocks_ends_with_an_empty_one",),
    ),
    Mutant(
        "sends blocks of 511 octets",
        "return self.content[(self.block - 1) * self.block_size : self.block * self.block_size]",
        "return self.content[(self.block - 1) * (self.block_size - 1) : self.block * (self.block_size - 1)]",
        ("test_every_block_but_the_last_carries_512_octets",),
    ),
    Mutant(
        "counts blocks in one octet",
        "self.say(data(self.block, self.part()))",
        "self.say(data(self.block % 256, self.part()))",
        ("test_block_numbers_use_both_octets",),
    ),
    Mutant(
        "sends the next block without waiting",
        "self.say(data(self.block, self.part()))",
        "self.say(data(self.block, self.part()))\n"
        "        if self.block == 1:\n"
        "            self.block = 2\n"
        "            self.say(data(2, self.part()))",
        ("test_no_block_is_sent_before_the_one_before_it_is_acknowledged",),
    ),
    Mutant(
        "goes on after the last acknowledgement",
        "raise self.DONE() if last else self.SENDING()",
        "raise self.SENDING()",
        ("test_nothing_follows_the_last_acknowledgement",),
    ),
    Mutant(
        "takes any ACK for the right one",
        "and pkt[TFTP_ACK].block == self.block % 65536:\n            last",
        "and pkt[TFTP_ACK].block is not None:\n            last",
        ("test_an_ack_of_a_block_not_yet_sent_is_no_progress", "test_ack_0_does_not_acknowledge_block_1"),
    ),
    Mutant(
        "takes later ACKs too",
        "and pkt[TFTP_ACK].block == self.block % 65536:\n            last",
        "and pkt[TFTP_ACK].block >= self.block % 65536:\n            last",
        ("test_an_ack_of_a_block_not_yet_sent_is_no_progress",),
    ),
    Mutant(
        "repeats DATA on a duplicate ACK",
        "            raise self.DONE() if last else self.SENDING()",
        "            raise self.DONE() if last else self.SENDING()\n"
        "        if self.block and TFTP_ACK in pkt and pkt[TFTP_ACK].block == self.block - 1:\n"
        "            self.tell(self.last)",
        (
            "test_a_duplicate_ack_does_not_repeat_data",
            "test_a_duplicate_ack_doubles_nothing_for_the_rest_of_the_transfer",
            "test_a_duplicate_acknowledgement_of_an_oack_does_not_repeat_block_1",
        ),
    ),
    Mutant(
        "takes the shortest ACK for one of its block",
        "if self.from_client(pkt) and TFTP_ACK in pkt and pkt[TFTP_ACK].block == self.block % 65536:\n"
        "            last",
        "if self.from_client(pkt) and (bytes(pkt[UDP].payload) in (b'\\0\\4', b'\\0\\4\\0') or TFTP_ACK in pkt\n"
        "            and pkt[TFTP_ACK].block == self.block % 65536):\n"
        "            last",
        ("test_an_ack_too_short_for_a_block_number_is_none",),
    ),
    Mutant(
        "serves an empty file for a missing one",
        'raise Refusal(ErrorCode.FILE_NOT_FOUND, "file not found")',
        'stored = b""',
        ("test_a_missing_file_is_error_1",),
    ),
)

WRITING = (
    Mutant(
        "acknowledges the block after",
        "self.say(ack(self.block))\n        raise self.WAITING()\n\n    @ATMT.state()\n    def STORING",
        "self.say(ack(self.block + 1))\n        raise self.WAITING()\n\n    @ATMT.state()\n    def STORING",
        ("test_each_block_is_acknowledged_by_its_number",),
    ),
    Mutant(
        "acknowledges in one octet",
        "self.say(ack(self.block))\n        raise self.WAITING()\n\n    @ATMT.state()\n    def STORING",
        "self.say(ack(self.block % 256))\n        raise self.WAITING()\n\n    @ATMT.state()\n    def STORING",
        ("test_block_numbers_of_acknowledgements_use_both_octets",),
    ),
    Mutant(
        "answers a write request with ACK 1",
        "else ack(0))",
        "else ack(1))",
        ("test_a_write_request_is_answered_by_ack_0",),
    ),
    Mutant(
        "stores a doubled block twice",
        "            if self.block and pkt[TFTP_DATA].block == self.block % 65536:\n"
        "                self.tell(ack(self.block))\n\n    @ATMT.state()\n    def RECEIVING",
        "            if self.block and pkt[TFTP_DATA].block == self.block % 65536:\n"
        "                self.received += content(pkt)\n"
        "                self.tell(ack(self.block))\n\n    @ATMT.state()\n    def RECEIVING",
        ("test_a_block_that_comes_twice_is_stored_once",),
    ),
    Mutant(
        "does not acknowledge a block again",
        "                self.tell(ack(self.block))\n\n    @ATMT.state()\n    def RECEIVING",
        "                pass\n\n    @ATMT.state()\n    def RECEIVING",
        ("test_a_block_that_comes_twice_is_acknowledged_twice",),
    ),
    Mutant(
        "does not dally",
        "        self.tell(ack(self.block))\n        raise self.DALLYING()",
        "        self.tell(ack(self.block))\n        raise self.DONE()",
        ("test_the_last_acknowledgement_is_said_again_when_the_last_block_comes_again",),
    ),
    Mutant(
        "does not acknowledge the last block",
        "        self.tell(ack(self.block))\n        raise self.DALLYING()",
        "        raise self.DALLYING()",
        ("test_the_last_block_is_acknowledged_like_any_other",),
    ),
    Mutant(
        "loses the last block",
        "        self.received += part\n        if len(part)",
        "        self.received += part if len(part) == self.block_size else b''\n        if len(part)",
        ("test_what_is_written_is_stored",),
    ),
    Mutant(
        "takes a full block for the last",
        "        if len(part) < self.block_size:\n            raise self.STORING()",
        "        if len(part) <= self.block_size:\n            raise self.STORING()",
        ("test_what_is_written_is_stored",),
    ),
    Mutant(
        "takes a block ahead of its turn",
        "if pkt[TFTP_DATA].block == (self.block + 1) % 65536:",
        "if pkt[TFTP_DATA].block > self.block:",
        ("test_a_block_ahead_of_its_turn_is_not_acknowledged",),
    ),
    Mutant(
        "acknowledges whatever block comes",
        "                self.tell(ack(self.block))\n\n    @ATMT.state()\n    def RECEIVING",
        "                self.tell(ack(self.block))\n"
        "            elif not self.block:\n"
        "                self.tell(ack(pkt[TFTP_DATA].block))\n\n    @ATMT.state()\n    def RECEIVING",
        ("test_a_block_ahead_of_its_turn_is_not_acknowledged",),
    ),
    Mutant(
        "takes block 0 for data",
        "if pkt[TFTP_DATA].block == (self.block + 1) % 65536:",
        "if pkt[TFTP_DATA].block in (0, self.block + 1):",
        ("test_block_0_is_no_data_block",),
    ),
    Mutant(
        "speaks of five octets in an ACK",
        "else ack(0))",
        "else ack(0) / b'\\0')",
        ("test_an_acknowledgement_has_four_octets",),
    ),
)
