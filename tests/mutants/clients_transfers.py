"""Mutants of the TFTP client: blocks both ways, and netascii."""

from __future__ import annotations

from .mutant import ClientMutant as Mutant

FETCHING = (
    Mutant(
        "acknowledges the block before",
        "        if self.block:\n            self.tell(ack(self.block))",
        "        if self.block:\n            self.tell(ack(self.block - 1))",
        ("test_each_block_is_acknowledged_by_its_number",),
    ),
    Mutant(
        "acknowledges the next block",
        "        if self.block:\n            self.tell(ack(self.block))",
        "        if self.block:\n            self.tell(ack(self.block + 1))",
        ("test_each_block_is_acknowledged_by_its_number",),
    ),
    Mutant(
        "acknowledges with one octet of the number",
        "        if self.block:\n            self.tell(ack(self.block))",
        "        if self.block:\n            self.tell(ack(self.block % 256))",
        ("test_block_numbers_of_acknowledgements_use_both_octets",),
    ),
    Mutant(
        "acknowledges whatever block comes",
        "        if ahead == 1:\n            raise self.RECEIVING(pkt)",
        "        if ahead == 1:\n            raise self.RECEIVING(pkt)\n"
        "        if ahead and not self.asked:\n            self.tell(ack(pkt[TFTP_DATA].block))",
        ("test_a_block_ahead_is_not_acknowledged",),
    ),
    Mutant(
        "takes a block ahead for the next one",
        "        if ahead == 1:\n            raise self.RECEIVING(pkt)",
        "        if ahead in (1, 2):\n            raise self.RECEIVING(pkt)",
        ("test_a_block_ahead_is_not_written",),
    ),
    Mutant(
        "takes block 0 for the first",
        "        if ahead == 1:\n            raise self.RECEIVING(pkt)",
        "        if ahead == 1 or (ahead == 0 and not self.block):\n            raise self.RECEIVING(pkt)",
        ("test_block_0_is_no_data",),
    ),
    Mutant(
        "takes a block that is too long for the last",
        "and TFTP_DATA in pkt and len(content(pkt)) <= self.block_size:",
        "and TFTP_DATA in pkt:",
        ("test_a_block_of_more_than_512_octets_is_not_taken_for_the_last",),
    ),
    Mutant(
        "does not acknowledge the last block",
        "        self.tell(ack(self.block))\n        raise self.DALLYING()",
        "        raise self.DALLYING()",
        ("test_the_last_block_is_acknowledged_like_any_other", "test_an_empty_file_is_written_empty"),
    ),
    Mutant(
        "ends at an empty block only",
        "        if len(content(pkt)) < self.block_size:\n            raise self.STORING()",
        "        if not content(pkt):\n            raise self.STORING()",
        ("test_what_is_fetched_is_written",),
    ),
    Mutant(
        "ends at a whole block",
        "        if len(content(pkt)) < self.block_size:\n            raise self.STORING()",
        "        if len(content(pkt)) <= self.block_size:\n            raise self.STORING()",
        ("test_what_is_fetched_is_written", "test_each_block_is_acknowledged_by_its_number"),
    ),
    Mutant(
        "does not end at an empty block",
        "        if len(content(pkt)) < self.block_size:\n            raise self.STORING()",
        "        if 0 < len(content(pkt)) < self.block_size:\n            raise self.STORING()",
        ("test_an_empty_last_block_is_acknowledged_and_ends_the_file", "test_an_empty_file_is_written_empty"),
    ),
    Mutant(
        "writes no empty files",
        "        self.host.files[LOCAL] = netascii.decode",
        "        if whole:\n            self.host.files[LOCAL] = netascii.decode",
        ("test_an_empty_file_is_written_empty",),
    ),
    Mutant(
        "writes seven bits of each octet",
        "        whole = bytes(self.content)",
        "        whole = bytes(octet & 127 for octet in self.content)",
        ("test_octet_mode_writes_every_octet_as_it_is",),
    ),
    Mutant(
        "strips what ends a text",
        "        whole = bytes(self.content)",
        "        whole = bytes(self.content).rstrip(b'\\0\\x1a')",
        ("test_octet_mode_writes_what_netascii_would_translate",),
    ),
)

STORING = (
    Mutant(
        "numbers its blocks from 0",
        "self.say(*(data(block, self.slice(block)) for block in numbers))",
        "self.say(*(data(block - 1, self.slice(block)) for block in numbers))",
        ("test_blocks_are_numbered_from_1",),
    ),
    Mutant(
        "numbers its blocks with one octet",
        "self.say(*(data(block, self.slice(block)) for block in numbers))",
        "self.say(*(data(block % 256, self.slice(block)) for block in numbers))",
        ("test_block_numbers_use_both_octets",),
    ),
    Mutant(
        "sends two blocks at a time",
        "self.block_size, self.window, self.first_timeout = BLOCK, 1, FIRST_TIMEOUT",
        "self.block_size, self.window, self.first_timeout = BLOCK, 2, FIRST_TIMEOUT",
        ("test_the_next_block_waits_for_the_acknowledgement",),
    ),
    Mutant(
        "sends blocks of 500 octets",
        "return self.content[(block - 1) * self.block_size : block * self.block_size]",
        "return self.content[(block - 1) * self.block_size : block * self.block_size][:500]",
        ("test_every_block_but_the_last_has_512_octets",),
    ),
    Mutant(
        "leaves out an empty last block",
        "len(self.content) // self.block_size + 1)",
        "max(1, -(-len(self.content) // self.block_size)))",
        ("test_a_file_of_whole_blocks_ends_in_an_empty_one",),
    ),
    Mutant(
        "goes on at any acknowledgement",
        "elif 1 <= (ahead := (pkt[TFTP_ACK].block - self.block) % 65536) <= self.window_end() - self.block:\n"
        "            raise self.ACKNOWLEDGED(ahead)",
        "else:\n            raise self.ACKNOWLEDGED(1)",
        ("test_the_acknowledgement_of_another_block_is_no_progress",),
    ),
    Mutant(
        "goes on at an acknowledgement of what it has not sent",
        "<= self.window_end() - self.block:\n            raise self.ACKNOWLEDGED(ahead)",
        "< 32768:\n            raise self.ACKNOWLEDGED(1)",
        ("test_the_acknowledgement_of_another_block_is_no_progress",),
    ),
    Mutant(
        "minds one octet of the number acknowledged",
        "(pkt[TFTP_ACK].block - self.block) % 65536)",
        "(pkt[TFTP_ACK].block - self.block) % 256)",
        ("test_the_acknowledgement_of_another_block_is_no_progress",),
    ),
    Mutant(
        "takes any acknowledgement for the answer to its request",
        "            if pkt[TFTP_ACK].block == 0:\n                raise self.ACCEPTED(pkt)",
        "            raise self.ACCEPTED(pkt)",
        ("test_a_request_is_answered_by_ack_0_and_no_other",),
    ),
    Mutant(
        "sends the last block again when all is done",
        "raise self.DONE() if len(self.slice(self.block)) < self.block_size else self.SENDING()",
        "if len(self.slice(self.block)) < self.block_size:\n"
        "            self.tell_all()\n            raise self.DONE()\n        raise self.SENDING()",
        ("test_nothing_follows_the_last_acknowledgement",),
    ),
    Mutant(
        "is done when it has sent the last block",
        "        self.say(*(data(block, self.slice(block)) for block in numbers))\n        raise self.WAITING()",
        "        self.say(*(data(block, self.slice(block)) for block in numbers))\n"
        "        if len(self.slice(numbers[-1])) < self.block_size:\n            raise self.DONE()\n"
        "        raise self.WAITING()",
        ("test_the_last_block_comes_again_until_it_is_acknowledged",),
    ),
    Mutant(
        "half an acknowledgement is one",
        "        if not (self.from_server(pkt) and TFTP_ACK in pkt):\n            return",
        "        if self.from_server(pkt) and self.server_tid and bytes(pkt[UDP].payload)[:2] == b'\\0\\4':\n"
        "            if len(bytes(pkt[UDP].payload)) < 4:\n                raise self.ACKNOWLEDGED(1)\n"
        "        if not (self.from_server(pkt) and TFTP_ACK in pkt):\n            return",
        ("test_half_an_acknowledgement_is_none",),
    ),
    Mutant(
        "sends seven bits of each octet",
        '        return netascii.encode(stored) if self.errand.mode == "netascii" else stored',
        "        stored = bytes(octet & 127 for octet in stored)\n"
        '        return netascii.encode(stored) if self.errand.mode == "netascii" else stored',
        ("test_octet_mode_sends_every_octet_as_it_is",),
    ),
    Mutant(
        "adds a line end to a file without one",
        "        self.content = self.wire()",
        '        self.content = self.wire() if self.wire().endswith(b"\\n") else self.wire() + b"\\n"',
        ("test_what_is_stored_is_sent", "test_an_empty_file_is_one_empty_block"),
    ),
)

NETASCII = (
    Mutant(
        "writes netascii as it comes",
        'netascii.decode(whole) if self.errand.mode == "netascii" else whole',
        "whole",
        ("test_cr_lf_becomes_the_local_line_end", "test_cr_nul_becomes_cr"),
    ),
    Mutant(
        "translates each block by itself",
        'netascii.decode(whole) if self.errand.mode == "netascii" else whole',
        "b''.join(netascii.decode(whole[at : at + 512]) for at in range(0, len(whole), 512)) "
        'if self.errand.mode == "netascii" else whole',
        ("test_a_pair_may_straddle_two_blocks",),
    ),
    Mutant(
        "sends netascii as it is",
        'return netascii.encode(stored) if self.errand.mode == "netascii" else stored',
        "return stored",
        ("test_a_local_line_end_becomes_cr_lf", "test_a_bare_cr_becomes_cr_nul"),
    ),
    Mutant(
        "translates what it is to send as octets",
        'return netascii.encode(stored) if self.errand.mode == "netascii" else stored',
        "return netascii.encode(stored)",
        ("test_octet_mode_sends_what_netascii_would_translate",),
    ),
    Mutant(
        "translates what it is to write as octets",
        'netascii.decode(whole) if self.errand.mode == "netascii" else whole',
        "netascii.decode(whole)",
        ("test_octet_mode_writes_what_netascii_would_translate",),
    ),
    Mutant(
        "sends a bare CR as it is",
        'text.replace(b"\\r", b"\\r\\0").replace(b"\\n", b"\\r\\n")',
        'text.replace(b"\\n", b"\\r\\n")',
        ("test_a_bare_cr_becomes_cr_nul",),
        "netascii",
    ),
    Mutant(
        "leaves CR NUL in a text",
        '.replace(b"\\r\\0", b"\\r")\n',
        "\n",
        ("test_cr_nul_becomes_cr",),
        "netascii",
    ),
)

_FETCHED = ("test_what_is_lost_at_the_wrap_spoils_nothing_that_is_fetched",)
_STORED = ("test_what_is_lost_and_doubled_at_the_wrap_spoils_nothing_that_is_stored",)

WRAPS = (
    Mutant(
        "takes a file of 65535 blocks for whole",
        "        if len(content(pkt)) < self.block_size:\n            raise self.STORING()",
        "        if len(content(pkt)) < self.block_size or self.block == 65535:\n            raise self.STORING()",
        _FETCHED,
    ),
    Mutant(
        "does not know block 0 in the middle of a file",
        "return int(pkt[TFTP_DATA].block - self.block) % 65536",
        "return int(pkt[TFTP_DATA].block - self.block)",
        _FETCHED,
    ),
    Mutant(
        "is done after 65535 blocks",
        "raise self.DONE() if len(self.slice(self.block)) < self.block_size else self.SENDING()",
        "over = len(self.slice(self.block)) < self.block_size or self.block >= 65535\n"
        "        raise self.DONE() if over else self.SENDING()",
        _STORED,
    ),
    Mutant(
        "numbers the block after 65535 with 1 in a window",
        "self.say(*(data(block, self.slice(block)) for block in numbers))",
        "self.say(*(data(block + block // 65536, self.slice(block)) for block in numbers))",
        _STORED,
    ),
    Mutant(
        "says block 65535 again by the number 0",
        "self.say(*(data(block, self.slice(block)) for block in numbers))",
        "self.say(*(data(block, self.slice(block - block // 65536)) for block in numbers))",
        _STORED,
    ),
)
