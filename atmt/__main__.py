"""`python -m atmt` is the command `atmt`."""

from __future__ import annotations

from .cli import main

main()
