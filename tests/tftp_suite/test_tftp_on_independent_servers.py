"""Right servers that were written from the RFCs alone, each with other choices: none of them fails."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

SERVERS = Path(__file__).with_name("independent")
LEFT_FREE = (
    "test_tid or test_refusals or test_patience"  # where servers differ most; whole runs take a minute each
)


OWNERS_ONLY = {"test_what_only_its_owner_may_read", "test_what_may_not_be_read_is_error_2"}
"""What an ordinary user cannot have tried: its servers own the files that they are not to read."""


@pytest.mark.parametrize("name", ["careful", "minimal", "readonly", "sequential"])
def test_a_right_server_does_not_fail(tftp, name):
    command = f"cmd:{sys.executable} -S {SERVERS / name}.py {{ip}} {{port}} {{root}}"
    outcome = tftp("--peer", command, "-k", LEFT_FREE, "--atmt-html", "no")
    wrong = {test: v for test, v in outcome.verdicts().items() if v in ("fail", "error", "inconclusive")}
    assert wrong == {}, outcome.text
    missed = {test.partition("[")[0] for test, v in outcome.verdicts().items() if v == "could not run"}
    assert missed == (set() if os.geteuid() == 0 else OWNERS_ONLY), outcome.text
    assert outcome.code == (6 if missed else 0), outcome.text
    assert "pass" in outcome.verdicts().values()
