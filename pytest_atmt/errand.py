"""What a client under test is asked to do, and what came of it.  Knows no program and no packet."""

from __future__ import annotations

import base64
import re
import zlib
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

GET, PUT = "get", "put"
LOCAL = "atmt-file"  # by this name the client keeps the file of an errand

_PLAIN, _HEAD = 65536, 256  # octets of a file that a record holds as they are, and of a larger one

_COMPLAINT = re.compile(
    r"error|fail|time[d]?[ -]?out|denied|abort|not found|no such|refus|illegal|violation|unknown|cannot|can't"
    r"|unexpected|invalid|exceed|gave up|giving up|exist|unable|interrupt|too (large|big|many)|mismatch|exception",
    re.IGNORECASE,
)

Exit = Callable[[int, str], None]
"""How a client that lives in this process ends: its status (0: it succeeded), and what it says."""


@dataclass(frozen=True, slots=True)
class Errand:
    """One transfer: `verb` is "get" or "put", `name` the file's at the server, `content` what is put.

    `mode` and `options` are the protocol's; a client that cannot be told of them is not asked.
    """

    verb: str
    name: str = LOCAL
    content: bytes = b""
    mode: str = "octet"
    options: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ClientEnd:
    """How a client ended.

    `how` says it in words ("": it had not ended, and was stopped), `success` whether its exit status says
    that all went well, `said` what it wrote, `file` what stood in its file by then (None: there was none), `at`
    when its end was noticed (seconds since its run began).
    """

    how: str = ""
    success: bool = False
    said: str = ""
    file: bytes | None = None
    at: float | None = None

    @property
    def ended(self) -> bool:
        """Whether it came to an end by itself."""
        return bool(self.how)

    @property
    def complains(self) -> bool:
        """Whether a user learns that something went wrong: from its status, or else from its words."""
        return self.ended and (not self.success or bool(_COMPLAINT.search(self.said)))

    def data(self) -> dict[str, Any]:
        """As plain data, for a record."""
        if self.file is None or len(self.file) <= _PLAIN:
            return asdict(self) | {"file": None if self.file is None else self.file.hex()}
        whole = base64.b64encode(zlib.compress(self.file, 1)).decode()
        head = self.file[:_HEAD].hex()
        return asdict(self) | {"file": head, "file_size": len(self.file), "file_zlib": whole}

    @staticmethod
    def of(data: Mapping[str, Any]) -> ClientEnd:
        """What `data` made plain data of."""
        file = None if data["file"] is None else bytes.fromhex(data["file"])
        if "file_zlib" in data:
            file = zlib.decompress(base64.b64decode(data["file_zlib"]))
        return ClientEnd(data["how"], data["success"], data["said"], file, data["at"])

    def __str__(self) -> str:
        words = self.how or "had not ended, and was stopped"
        return f"{words}, saying {self.said.strip()!r}" if self.said.strip() else words
