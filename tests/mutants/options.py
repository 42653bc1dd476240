"""Servers with a fault in negotiation, or in what they do with text."""

from __future__ import annotations

from .mutant import Mutant

OPTIONS = (
    Mutant(
        "grants a larger block size",
        "self.granted[name] = str(self.block_size)",
        "self.granted[name] = str(self.block_size + 1)",
        ("test_a_block_size_is_granted_no_larger_than_asked_for",),
    ),
    Mutant(
        "grants a block size and does not use it",
        "self.block_size = min(asked, LARGEST_BLOCK)\n                self.granted[name] = str(self.block_size)",
        "self.granted[name] = str(min(asked, LARGEST_BLOCK))",
        ("test_a_block_size_counts_data_alone",),
    ),
    Mutant(
        "counts its header into the block size",
        "self.block_size = min(asked, LARGEST_BLOCK)\n                self.granted[name] = str(self.block_size)",
        "self.granted[name] = str(min(asked, LARGEST_BLOCK))\n"
        "                self.block_size = min(asked, LARGEST_BLOCK) - 4",
        ("test_a_block_size_counts_data_alone",),
    ),
    Mutant(
        "grants too small a block size",
        'if name == "blksize" and asked >= SMALLEST_BLOCK:',
        'if name == "blksize" and asked >= 1:',
        ("test_too_small_a_block_size_is_not_granted",),
    ),
    Mutant(
        "grants too large a block size",
        "self.block_size = min(asked, LARGEST_BLOCK)",
        "self.block_size = asked",
        ("test_too_large_a_block_size_is_lowered_left_out_or_refused",),
    ),
    Mutant(
        "grants an option that nobody asked for",
        "        self.negotiate(lambda _: str(len(self.content)))",
        "        self.negotiate(lambda _: str(len(self.content)))\n"
        "        if self.granted:\n"
        '            self.granted["tsize"] = str(len(self.content))',
        ("test_of_a_read_only_what_was_asked_for_is_granted",),
    ),
    Mutant(
        "acknowledges options where there are none",
        "        if self.granted:\n            self.say(oack",
        "        if True:\n            self.say(oack",
        ("test_a_read_without_options_gets_no_oack", "test_an_unknown_option_alone_is_ignored_in_a_read"),
    ),
    Mutant(
        "echoes unknown options",
        "            if asked is None:\n                continue",
        "            if asked is None:\n                continue\n            self.granted[name] = value",
        ("test_an_unknown_option_is_left_out_among_known_ones",),
    ),
    Mutant(
        "sends data along with the OACK",
        "            self.say(oack(self.granted))\n            raise self.WAITING()",
        "            self.tell(oack(self.granted))\n            raise self.SENDING()",
        ("test_no_data_follows_an_oack_before_it_is_acknowledged",),
    ),
    Mutant(
        "sends ACK 0 after the OACK of a write",
        "self.say(oack(self.granted) if self.granted else ack(0))",
        "self.say(oack(self.granted) if self.granted else ack(0))\n"
        "        if self.granted:\n"
        "            self.tell(ack(0))",
        ("test_an_oack_of_a_write_takes_the_place_of_ack_0",),
    ),
    Mutant(
        "tells a wrong size",
        "self.negotiate(lambda _: str(len(self.content)))",
        "self.negotiate(lambda _: str(len(self.content) + 1))",
        ("test_the_size_of_a_file_is_told_exactly",),
    ),
    Mutant(
        "tells the size of text as it is stored",
        "self.negotiate(lambda _: str(len(self.content)))",
        "self.negotiate(lambda _: str(len(stored)))",
        ("test_the_size_of_text_is_what_goes_over_the_wire_or_is_not_told",),
    ),
    Mutant(
        "echoes a wrong size to a writer",
        "self.negotiate(lambda announced: announced)",
        "self.negotiate(lambda announced: '0' + announced + '1')",
        ("test_the_size_of_a_file_to_be_written_is_echoed",),
    ),
    Mutant(
        "grants another timeout",
        "                self.granted[name] = value\n",
        "                self.granted[name] = str(asked + 1)\n",
        ("test_a_timeout_is_granted_as_asked_for",),
    ),
    Mutant(
        "grants a timeout of nothing",
        "SHORTEST_TIMEOUT <= asked <= LONGEST_TIMEOUT",
        "0 <= asked <= LONGEST_TIMEOUT",
        ("test_an_unlawful_timeout_is_not_granted",),
    ),
    Mutant(
        "grants a timeout too long",
        "SHORTEST_TIMEOUT <= asked <= LONGEST_TIMEOUT",
        "SHORTEST_TIMEOUT <= asked",
        ("test_an_unlawful_timeout_is_not_granted",),
    ),
    Mutant(
        "refuses unknown options",
        "            if asked is None:\n                continue",
        "            if asked is None or name.startswith('x-'):\n"
        "                raise Refusal(ErrorCode.OPTION_REFUSED, 'unknown option')",
        ("test_an_unknown_option_alone_is_ignored_in_a_read", "test_many_unknown_options_are_ignored"),
    ),
    Mutant(
        "serves the OACK of a missing file",
        'raise Refusal(ErrorCode.FILE_NOT_FOUND, "file not found")',
        'if "tsize" not in options(self.request):\n'
        '                raise Refusal(ErrorCode.FILE_NOT_FOUND, "file not found")\n'
        '            stored = b""',
        ("test_a_missing_file_has_no_size_but_error_1",),
    ),
)

NETASCII = (
    Mutant(
        "loses the CR of a line end",
        'replace(b"\\n", b"\\r\\n")',
        'replace(b"\\n", b"\\n")',
        ("test_a_line_end_is_read_as_cr_lf",),
        "netascii",
    ),
    Mutant(
        "leaves a bare CR bare",
        'text.replace(b"\\r", b"\\r\\0").replace',
        "text.replace",
        ("test_a_bare_cr_is_read_as_cr_nul",),
        "netascii",
    ),
    Mutant(
        "stores CR LF as it comes",
        'wire.replace(b"\\r\\n", b"\\n").replace',
        "wire.replace",
        ("test_a_written_cr_lf_is_stored_as_a_line_end",),
        "netascii",
    ),
    Mutant(
        "stores CR NUL as it comes",
        '.replace(b"\\r\\0", b"\\r")',
        "",
        ("test_a_written_cr_nul_is_stored_as_cr",),
        "netascii",
    ),
    Mutant(
        "translates each block by itself",
        "return self.content[(self.block - 1) * self.block_size : self.block * self.block_size]",
        "size, raw = self.block_size, netascii.decode(self.content)\n"
        '        part = (raw if self.mode == "netascii" else self.content)[(self.block - 1) * size :][:size]\n'
        '        return netascii.encode(part) if self.mode == "netascii" else part',
        ("test_text_that_grows_on_the_wire_still_fills_its_blocks",),
    ),
    Mutant(
        "translates a written block by itself",
        'return wire.replace(b"\\r\\n", b"\\n").replace(b"\\r\\0", b"\\r")',
        "parts = [wire[i : i + 512] for i in range(0, len(wire), 512)]\n"
        '    return b"".join(p.replace(b"\\r\\n", b"\\n").replace(b"\\r\\0", b"\\r") for p in parts)',
        ("test_a_pair_that_a_block_cuts_apart_is_stored_as_one_octet",),
        "netascii",
    ),
    Mutant(
        "translates in octet mode too",
        'netascii.encode(stored) if self.mode == "netascii" else stored',
        "netascii.encode(stored)",
        ("test_octet_mode_changes_no_octet", "test_octet_mode_translates_nothing_that_netascii_would"),
    ),
    Mutant(
        "translates what is written in octet mode too",
        'netascii.decode(whole) if self.mode == "netascii" else whole',
        "netascii.decode(whole)",
        ("test_octet_mode_stores_what_netascii_would_translate",),
    ),
)
