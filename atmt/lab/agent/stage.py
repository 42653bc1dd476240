"""Which step of entering or building a lab the machine refused.

Knows no remedy: that is for whoever explains it to a person.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any


class Refused(Exception):
    """A step failed; `errno` says how, `stage` where."""

    def __init__(self, stage: str, errno: int | None, text: str) -> None:
        super().__init__(f"{stage}: {text}")
        self.stage = stage
        self.errno = errno
        self.text = text

    def message(self) -> dict[str, Any]:
        """How it travels; `from_message` takes it out again."""
        return {"refused": [self.stage, self.errno, self.text]}

    @classmethod
    def from_message(cls, message: Mapping[str, Any]) -> Refused | None:
        """The refusal in a message, None if there is none."""
        return cls(*message["refused"]) if "refused" in message else None


@contextmanager
def stage(name: str) -> Iterator[None]:
    """Put a name to whatever the system refuses inside."""
    try:
        yield
    except OSError as error:
        raise refusal(error, name) from error


def refusal(error: OSError, stage: str = "") -> Refused:
    """What the system said, without the number that travels apart from it."""
    text = ": ".join(str(part) for part in (error.filename, error.strerror or error) if part is not None)
    return Refused(stage, error.errno, text)
