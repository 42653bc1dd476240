"""What was read of failures stands beside what fails now."""

from __future__ import annotations

import json

from tests.gallery import readings

READ = {
    "test": "test_a",
    "did": "It said | twice.",
    "variant": "server-1",
    "packets": "3 and 4",
    "judgement": "derived",
    "why": "The text has no key word.",
}


def failing(*names, verdict="fail"):
    return {"tests": [{"nodeid": f"x.py::{name}", "peer": "server", "verdict": verdict} for name in names]}


def test_a_failure_that_was_read_is_told_once_for_all_its_variants():
    told = readings.render(failing("test_a[server-1]", "test_a[server-2]"), {"server": [READ]})
    rows = [line for line in told.splitlines() if line.startswith("| `")]
    assert rows == [
        r"| `test_a` | It said \| twice. | 3 and 4 (`server-1`) | derived: The text has no key word. |"
    ]
    assert "2 failed tests; by test function, peer and reason 1:" in told
    assert "- 1 **derived**" in told


def test_a_failure_that_nobody_read_says_so():
    told = readings.render(failing("test_b[server]"), {"server": [READ]})
    assert "| `test_b` |  |  | not read |" in told
    assert "- 1 **not read**" in told


def test_what_does_not_fail_any_more_is_not_told():
    assert "test_a" not in readings.render(failing("test_a[server-1]", verdict="pass"), {"server": [READ]})


def test_readings_are_found_by_the_name_of_the_peer(tmp_path):
    (tmp_path / "server.jsonl").write_text(json.dumps(READ) + "\n")
    assert readings.load(tmp_path) == {"server": [READ]}


def test_each_reading_of_the_gallery_has_all_that_is_told():
    for read in readings.load().values():
        for reading in read:
            assert {"test", "did", "variant", "packets", "judgement"} <= reading.keys()
