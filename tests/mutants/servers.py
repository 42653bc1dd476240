"""The mutants of the TFTP server: one realistic fault each, by topic."""

from __future__ import annotations

from .afterthoughts import AFTERTHOUGHTS
from .errors import ERRORS
from .names import NAMES
from .options import NETASCII, OPTIONS
from .reading import READING
from .tids import TRANSFER_IDS
from .timing import TIME
from .windows import WINDOWS
from .writing import WRITING

MUTANTS = (
    READING + WRITING + TRANSFER_IDS + TIME + ERRORS + OPTIONS + NETASCII + WINDOWS + NAMES + AFTERTHOUGHTS
)
