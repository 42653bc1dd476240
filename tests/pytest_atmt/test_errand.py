"""How a client ended, as a record holds it."""

from __future__ import annotations

import json
import os

import pytest

from pytest_atmt.errand import ClientEnd


@pytest.mark.parametrize(
    "file", [None, b"", b"short", os.urandom(65536), os.urandom(65537), b"x" * 40_000_000]
)
def test_what_a_record_holds_of_an_end_is_the_end(file):
    end = ClientEnd("exited with status 0", True, "said", file, 1.5)
    assert ClientEnd.of(json.loads(json.dumps(end.data()))) == end


def test_a_large_file_takes_little_room():
    held = ClientEnd(file=b"x" * 40_000_000).data()
    assert held["file_size"] == 40_000_000
    assert len(json.dumps(held)) < 300_000
