"""What the suite says of servers that are wrong: it tells the story, and never turns green."""

from __future__ import annotations

READS = ("-k", "test_a_short_block_ends_the_transfer")


def test_a_server_that_never_answers_is_not_judged(tftp, broken_server):
    outcome = tftp("--peer", broken_server("silent"), *READS)
    assert outcome.code == 6
    assert set(outcome.verdicts().values()) == {"inconclusive"}
    assert "did not answer the greeting, so it was not judged" in outcome.text


def test_a_server_that_begins_with_block_two_fails_with_its_story(tftp, broken_server):
    outcome = tftp("--peer", broken_server("block_two_first"), *READS)
    assert outcome.code == 1
    assert set(outcome.verdicts().values()) == {"fail"}
    assert "ReadClient ended in WRONG_BLOCK, not in a final state" in outcome.text
    assert "path     BEGIN > REQUESTED > WRONG_BLOCK" in outcome.text
    assert "DATA 2" in outcome.text


def test_garbage_is_a_fail_and_no_error_of_ours(tftp, broken_server):
    outcome = tftp("--peer", broken_server("garbage"), *READS)
    assert outcome.code == 1
    assert set(outcome.verdicts().values()) == {"fail"}


def test_a_server_that_dies_midway_never_passes(tftp, broken_server):
    outcome = tftp(
        "--peer", broken_server("dies_midway"), "-k", "test_a_short_block_ends_the_transfer and 1024"
    )
    assert outcome.code in (1, 6)
    assert "pass" not in outcome.verdicts().values()
