"""The mutants of the TFTP client: one realistic fault each, by topic."""

from __future__ import annotations

from .clients_asking import REQUESTS, TRANSFER_IDS
from .clients_failing import ERRORS, GIVING_UP, LOSSES
from .clients_options import OPTIONS, WINDOWS
from .clients_transfers import FETCHING, NETASCII, STORING, WRAPS

CLIENT_MUTANTS = (
    REQUESTS
    + TRANSFER_IDS
    + ERRORS
    + GIVING_UP
    + LOSSES
    + FETCHING
    + STORING
    + NETASCII
    + WRAPS
    + OPTIONS
    + WINDOWS
)
