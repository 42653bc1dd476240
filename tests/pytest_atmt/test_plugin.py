"""What everybody pays who has the plugin installed."""

from __future__ import annotations

import subprocess
import sys


def test_the_plugin_loads_neither_atmt_nor_scapy():
    code = "import sys, pytest_atmt.plugin; print([m for m in sys.modules if m.split('.')[0] in ('atmt', 'scapy')])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_run_without_a_suite_is_left_alone(pytester):
    pytester.makepyfile("def test_it(): pass")
    result = pytester.runpytest_inprocess()
    result.assert_outcomes(passed=1)
    assert "conformance" not in result.stdout.str()
