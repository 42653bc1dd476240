"""Mutants of the TFTP client: options and windows."""

from __future__ import annotations

from .mutant import ClientMutant as Mutant

_REFUSES = "if not granted or not granted.keys() <= self.asked.keys() or breach(self.asked, granted):"
OPTIONS = (
    Mutant(
        "takes options that it did not ask for",
        _REFUSES,
        "granted = {name: value for name, value in granted.items() if name in self.asked}\n"
        "        if breach(self.asked, granted):",
        (
            "test_a_reader_refuses_an_option_that_it_did_not_ask_for",
            "test_an_option_is_refused_that_comes_beside_one_asked_for",
        ),
    ),
    Mutant(
        "takes whatever value is granted",
        _REFUSES,
        "if not granted or not granted.keys() <= self.asked.keys():",
        ("test_a_larger_offer_to_a_read_is_refused", "test_another_timeout_than_asked_for_is_refused"),
    ),
    Mutant(
        "takes a larger block size",
        _REFUSES,
        "if not granted or not granted.keys() <= self.asked.keys() or "
        "breach({**self.asked, 'blksize': '65464'}, granted):",
        ("test_a_larger_offer_to_a_read_is_refused", "test_a_larger_offer_to_a_write_is_refused"),
    ),
    Mutant(
        "takes another timeout",
        _REFUSES,
        "if not granted or not granted.keys() <= self.asked.keys() or "
        "breach({**self.asked, 'timeout': granted.get('timeout', '')}, granted):",
        ("test_another_timeout_than_asked_for_is_refused",),
    ),
    Mutant(
        "refuses options with error 4",
        'error(ErrorCode.OPTION_REFUSED, "these options were not asked for")',
        'error(ErrorCode.ILLEGAL_OPERATION, "these options were not asked for")',
        ("test_a_larger_offer_to_a_read_is_refused", "test_a_reader_that_refuses_an_oack_says_so_and_ends"),
    ),
    Mutant(
        "refuses options in silence",
        'raise self.FAILED(error(ErrorCode.OPTION_REFUSED, "these options were not asked for"))',
        "raise self.FAILED()",
        ("test_a_larger_offer_to_a_write_is_refused", "test_a_writer_that_refuses_an_oack_says_so_and_ends"),
    ),
    Mutant(
        "refuses options and goes on all the same",
        'raise self.FAILED(error(ErrorCode.OPTION_REFUSED, "these options were not asked for"))',
        'self.tell(error(ErrorCode.OPTION_REFUSED, "these options were not asked for"))\n'
        "            raise self.WAITING()",
        ("test_a_reader_that_refuses_an_oack_says_so_and_ends",),
    ),
    Mutant(
        "uses error 8 for everything",
        "        text = pkt[TFTP_ERROR]",
        '        self.tell(error(8, "no"))\n        text = pkt[TFTP_ERROR]',
        ("test_an_error_in_a_read_ends_it_without_a_word",),
    ),
    Mutant(
        "confirms an OACK by ACK 1",
        "        self.say(ack(0))\n        raise self.WAITING()",
        "        self.say(ack(1))\n        raise self.WAITING()",
        ("test_an_oack_to_a_read_is_confirmed_by_ack_0",),
    ),
    Mutant(
        "does not confirm an OACK",
        "        self.say(ack(0))\n        raise self.WAITING()",
        "        self.last, self.attempts = (ack(0),), 1\n        raise self.WAITING()",
        ("test_an_oack_to_a_read_is_confirmed_by_ack_0",),
    ),
    Mutant(
        "confirms the OACK of a write by ACK 0",
        "    def negotiated(self) -> None:\n        raise self.SENDING()",
        "    def negotiated(self) -> None:\n        self.say(ack(0))\n        raise self.WAITING()",
        ("test_an_oack_to_a_write_is_confirmed_by_block_1",),
    ),
    Mutant(
        "a second OACK ends the transfer",
        "            self.confirm_again()",
        '            raise self.FAILED(error(ErrorCode.ILLEGAL_OPERATION, "again?"))',
        ("test_a_doubled_oack_does_a_read_no_harm", "test_an_oack_that_comes_again_is_confirmed_again"),
    ),
    Mutant(
        "block 1 comes again when the OACK does",
        "            self.confirm_again()",
        "            self.tell_all()",
        ("test_a_doubled_oack_does_not_repeat_block_1",),
    ),
    Mutant(
        "asks for a block size and does not use it",
        'self.block_size = int(granted.get("blksize", BLOCK))',
        "self.block_size = BLOCK",
        ("test_the_block_size_granted_is_read_by", "test_the_block_size_granted_is_written_by"),
    ),
    Mutant(
        "uses a block size that was not granted",
        "        self.block = 0\n",
        "        self.block = 0\n        self.block_size = int(self.asked.get('blksize', BLOCK))\n",
        (
            "test_a_block_size_that_is_not_granted_is_not_read_by",
            "test_a_block_size_that_is_not_granted_is_not_written_by",
        ),
    ),
    Mutant(
        "uses its own block size, not the smaller one granted",
        'self.block_size = int(granted.get("blksize", BLOCK))',
        "self.block_size = int(self.asked['blksize'] if 'blksize' in granted else BLOCK)",
        ("test_a_smaller_offer_is_read_by_or_refused", "test_a_smaller_offer_is_written_by_or_refused"),
    ),
    Mutant(
        "counts the header into the block size",
        'self.block_size = int(granted.get("blksize", BLOCK))',
        "self.block_size = int(granted['blksize']) - 4 if 'blksize' in granted else BLOCK",
        ("test_the_block_size_granted_is_read_by", "test_the_block_size_granted_is_written_by"),
    ),
    Mutant(
        "does not mind another size than announced",
        "        if announced not in (None, len(whole)):",
        "        if False:",
        ("test_a_file_of_another_size_than_announced_is_reported",),
    ),
    Mutant(
        "does not keep the timeout granted",
        'self.first_timeout = float(granted.get("timeout", FIRST_TIMEOUT))',
        "self.first_timeout = FIRST_TIMEOUT",
        ("test_the_timeout_granted_is_kept",),
    ),
)

WINDOWS = (
    Mutant(
        "takes a larger window than it asked for",
        _REFUSES,
        "if not granted or not granted.keys() <= self.asked.keys() or "
        "breach({**self.asked, 'windowsize': '65535'}, granted):",
        ("test_a_larger_window_than_asked_for_is_refused",),
    ),
    Mutant(
        "acknowledges every block of a window",
        "        if self.block - self.acknowledged == self.window:",
        "        if True:",
        ("test_each_window_is_acknowledged_once_at_its_end",),
    ),
    Mutant(
        "goes by the window that it asked for, not by the one granted",
        'self.window = int(granted.get("windowsize", 1))',
        "self.window = int(self.asked['windowsize'] if 'windowsize' in granted else 1)",
        ("test_a_smaller_window_is_kept",),
    ),
    Mutant(
        "goes by a window that was not granted",
        'self.window = int(granted.get("windowsize", 1))',
        "self.window = int(self.asked.get('windowsize', 1))",
        ("test_a_window_that_is_not_granted_is_not_kept",),
    ),
    Mutant(
        "sends one block more than a window",
        "return min(self.block + self.window,",
        "return min(self.block + self.window + (self.window > 1),",
        ("test_a_writer_sends_no_more_than_a_window_unacknowledged",),
    ),
    Mutant(
        "tells no gap",
        "            self.gap = True  # said once: each further block of the window shows the same gap (RFC 7440)\n"
        "            self.acknowledge()",
        "            self.gap = True  # said once: each further block of the window shows the same gap (RFC 7440)",
        ("test_a_gap_is_told_by_the_last_block_before_it",),
    ),
    Mutant(
        "tells a gap at every block behind it",
        "            self.gap = True  # said once: each further block of the window shows the same gap (RFC 7440)\n",
        "",
        ("test_a_gap_is_told_once",),
    ),
    Mutant(
        "begins the next window where it likes",
        "        self.block += blocks\n",
        "        self.block += self.window\n",
        ("test_the_next_window_begins_behind_what_was_acknowledged",),
    ),
)
