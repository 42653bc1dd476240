"""Mutants of the TFTP client: errors, losses, and giving up."""

from __future__ import annotations

from .mutant import ClientMutant as Mutant

ERRORS = (
    Mutant(
        "acknowledges an error",
        '        self.leave(1, f"error of the server: {text}")',
        '        self.tell(ack(self.block + 1))\n        self.leave(1, f"error of the server: {text}")',
        (
            "test_an_error_that_refuses_a_read_ends_it_without_a_word",
            "test_an_error_in_a_write_ends_it_without_a_word",
        ),
    ),
    Mutant(
        "answers an error by an error",
        '        self.leave(1, f"error of the server: {text}")',
        '        self.tell(error(0, "too bad"))\n        self.leave(1, f"error of the server: {text}")',
        (
            "test_an_error_in_a_read_ends_it_without_a_word",
            "test_an_error_that_refuses_a_write_ends_it_without_a_word",
        ),
    ),
    Mutant(
        "goes on after an error",
        "if self.from_server(pkt) and is_error(pkt):",
        "if False:",
        (
            "test_an_error_that_refuses_a_read_ends_it_without_a_word",
            "test_a_reader_tells_its_user_of_an_error",
            "test_a_writer_tells_its_user_of_an_error",
        ),
    ),
    Mutant(
        "minds errors only before the first block",
        "if self.from_server(pkt) and is_error(pkt):",
        "if self.from_server(pkt) and is_error(pkt) and self.block == 0:",
        ("test_an_error_in_a_read_ends_it_without_a_word", "test_an_error_in_a_write_ends_it_without_a_word"),
    ),
    Mutant(
        "an error of unknown code is none",
        "if self.from_server(pkt) and is_error(pkt):",
        "if self.from_server(pkt) and is_error(pkt) and bytes(pkt[UDP].payload)[2:4] <= b'\\0\\7':",
        ("test_an_error_of_unknown_code_ends_a_read", "test_an_error_of_unknown_code_ends_a_write"),
    ),
    Mutant(
        "an error without an end is none",
        "if self.from_server(pkt) and is_error(pkt):",
        "if self.from_server(pkt) and is_error(pkt) and bytes(pkt[UDP].payload)[4:].endswith(b'\\0'):",
        (
            "test_an_error_without_message_or_nul_ends_a_read",
            "test_an_error_without_message_or_nul_ends_a_write",
        ),
    ),
    Mutant(
        "succeeds in spite of an error",
        'self.leave(1, f"error of the server: {text}")',
        'self.leave(0, "")',
        (
            "test_a_reader_tells_its_user_of_an_error",
            "test_a_writer_tells_its_user_of_an_error",
            "test_the_status_of_a_reader_says_that_there_was_an_error",
        ),
    ),
    Mutant(
        "tells of an error in words alone",
        'self.leave(1, f"error of the server: {text}")',
        'self.leave(0, f"error of the server: {text}")',
        (
            "test_the_status_of_a_reader_says_that_there_was_an_error",
            "test_the_status_of_a_writer_says_that_there_was_an_error",
        ),
    ),
    Mutant(
        "leaves half a file and success after an error",
        'self.leave(1, f"error of the server: {text}")',
        'self.host.files[LOCAL] = bytes(getattr(self, "received", b""))\n        self.leave(0, text)',
        ("test_what_an_error_broke_off_does_not_pass_for_a_whole_file",),
    ),
    Mutant(
        "its own errors have no end",
        "        if farewell is not None:\n            self.tell(farewell)",
        "        if farewell is not None:\n            from .messages import raw\n\n"
        "            self.tell(raw(bytes(farewell)[:-1]))",
        ("test_the_error_that_refuses_an_oack_is_well_formed",),
    ),
)

GIVING_UP = (
    Mutant(
        "never gives up",
        "raise self.REPEATING() if self.attempts < ATTEMPTS else self.FAILED()",
        "raise self.REPEATING()",
        ("test_a_reader_gives_up_on_a_dead_server", "test_a_writer_gives_up_on_a_dead_server"),
    ),
    Mutant(
        "gives up in silence, with success",
        'self.leave(1, "the transfer failed" if farewell else "the transfer timed out")',
        'self.leave(0, "")',
        (
            "test_a_reader_gives_up_on_a_dead_server",
            "test_the_status_of_a_reader_that_gave_up_says_so",
            "test_the_status_of_a_writer_that_gave_up_says_so",
        ),
    ),
    Mutant(
        "gives up with half a file and success",
        'self.leave(1, "the transfer failed" if farewell else "the transfer timed out")',
        'self.host.files[LOCAL] = bytes(getattr(self, "received", b""))\n        self.leave(0, "timed out")',
        ("test_half_a_file_does_not_pass_for_a_whole_one",),
    ),
    Mutant(
        "repeats itself at equal times",
        "self.first_timeout * 2 ** (self.attempts - 1)",
        "self.first_timeout",
        (
            "test_the_time_between_two_read_requests_grows",
            "test_the_time_between_two_write_requests_grows",
            "test_the_time_between_repetitions_of_a_block_grows",
        ),
    ),
    Mutant(
        "repeats itself faster and faster",
        "self.first_timeout * 2 ** (self.attempts - 1)",
        "self.first_timeout * 8 / 2 ** (self.attempts - 1)",
        (
            "test_the_time_between_two_read_requests_grows",
            "test_the_time_between_repetitions_of_a_block_grows",
        ),
    ),
)

LOSSES = (
    Mutant(
        "never repeats itself",
        "raise self.REPEATING() if self.attempts < ATTEMPTS else self.FAILED()",
        "raise self.FAILED()",
        (
            "test_a_read_request_that_was_lost_is_made_again",
            "test_a_lost_block_comes_again",
            "test_the_last_block_comes_again_until_it_is_acknowledged",
        ),
    ),
    Mutant(
        "does not repeat its request",
        "raise self.REPEATING() if self.attempts < ATTEMPTS else self.FAILED()",
        "raise self.REPEATING() if self.attempts < ATTEMPTS and self.server_tid else self.FAILED()",
        (
            "test_a_read_request_that_was_lost_is_made_again",
            "test_a_write_request_that_was_lost_is_made_again",
        ),
    ),
    Mutant(
        "repeats a block without its data",
        "        self.attempts += 1\n        self.tell_all()",
        "        self.attempts += 1\n"
        "        if TFTP_DATA in self.last[0]:\n"
        "            self.last = (data(self.last[0][TFTP_DATA].block, b''),)\n"
        "        self.tell_all()",
        ("test_a_block_comes_again_exactly_as_it_was",),
    ),
    Mutant(
        "repeats the block after the one that was lost",
        "        self.attempts += 1\n        self.tell_all()",
        "        self.attempts += 1\n"
        "        if TFTP_DATA in self.last[0]:\n"
        "            self.last = (data(self.block + 2, self.slice(self.block + 2)),)\n"
        "        self.tell_all()",
        ("test_a_lost_block_comes_again",),
    ),
    Mutant(
        "says a block again to an acknowledgement of long ago",
        "        elif 1 <= (ahead := (pkt[TFTP_ACK].block - self.block) % 65536)",
        "        elif self.block - pkt[TFTP_ACK].block > 1:\n            self.tell_all()\n"
        "        elif 1 <= (ahead := (pkt[TFTP_ACK].block - self.block) % 65536)",
        ("test_an_ack_of_long_ago_does_not_repeat_data",),
    ),
    Mutant(
        "is a sorcerer's apprentice",
        "        if self.server_tid is None:\n            if pkt[TFTP_ACK].block == 0:",
        "        if self.server_tid is not None and pkt[TFTP_ACK].block == self.block % 65536:\n"
        "            self.tell_all()\n"
        "        if self.server_tid is None:\n            if pkt[TFTP_ACK].block == 0:",
        (
            "test_a_duplicate_ack_does_not_repeat_data",
            "test_even_if_every_ack_is_doubled_no_block_is",
            "test_a_duplicate_answer_to_the_request_does_not_repeat_block_1",
        ),
    ),
    Mutant(
        "does not acknowledge a block again",
        "        if ahead == 0 and self.block:\n            self.acknowledge()\n        elif",
        "        if",
        ("test_a_block_that_comes_twice_is_acknowledged_twice",),
    ),
    Mutant(
        "writes a block twice that comes twice",
        "        if ahead == 0 and self.block:\n            self.acknowledge()",
        "        if ahead == 0 and self.block:\n            self.content += content(pkt)\n"
        "            self.acknowledge()",
        (
            "test_a_block_that_comes_twice_is_written_once",
            "test_even_if_every_block_is_doubled_the_file_is_not",
        ),
    ),
    Mutant(
        "does not dally",
        "        self.tell(ack(self.block))\n        raise self.DALLYING()",
        "        self.tell(ack(self.block))\n        raise self.DONE()",
        ("test_the_last_acknowledgement_comes_again_when_it_was_lost",),
    ),
    Mutant(
        "is deaf while it dallies",
        "        if self.data_of(pkt) == 0:",
        "        if False:",
        ("test_the_last_acknowledgement_comes_again_when_it_was_lost",),
    ),
    Mutant(
        "takes the last block for acknowledged when nobody answers",
        "raise self.REPEATING() if self.attempts < ATTEMPTS else self.FAILED()",
        "raise self.DONE() if isinstance(self, Store) and self.block == len(self.content) // self.block_size "
        "else self.REPEATING() if self.attempts < ATTEMPTS else self.FAILED()",
        ("test_the_last_block_comes_again_until_it_is_acknowledged",),
    ),
)
