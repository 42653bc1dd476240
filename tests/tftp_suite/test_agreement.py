"""Two runs say the same of a peer, test by test; and where they would not, it is told."""

from __future__ import annotations

import shutil

import agreement
import pytest

SOME = ("-k", "test_fingerprint or test_options")


@pytest.mark.parametrize("peer", ["reference", "dnsmasq"])
def test_two_runs_agree(peer):
    if peer == "dnsmasq" and shutil.which("dnsmasq", path="/usr/sbin:/usr/bin:/usr/local/sbin") is None:
        pytest.skip("dnsmasq is not installed (apt-get install dnsmasq-base)")
    count, differing = agreement.compare(peer, SOME)
    assert count > 30
    assert differing == []


def test_another_verdict_another_value_and_a_missing_test_are_told():
    first = [_test("a", "pass"), _test("b", "pass", port=1), _test("c", "pass")]
    second = [_test("a", "fail"), _test("b", "pass", port=2)]
    told = agreement.differences({"tests": first}, {"tests": second})
    assert [line[0] for line in told] == ["a", "b", "c"]


def _test(name, verdict, **fingerprints):
    return {"nodeid": name, "verdict": verdict, "fingerprints": fingerprints}
