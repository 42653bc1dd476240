"""The mutants of the TFTP server: one realistic fault each, by topic."""

from __future__ import annotations

from .manners import ERRORS, TIME, TRANSFER_IDS
from .options import NETASCII, OPTIONS
from .transfers import READING, WRITING

MUTANTS = READING + WRITING + TRANSFER_IDS + TIME + ERRORS + OPTIONS + NETASCII
