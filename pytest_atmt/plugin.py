"""What pytest loads in every run: options, hook specifications, and the switch that turns the rest on.

Imports neither atmt nor Scapy: a run without a conformance suite pays for this file alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import pytest

if TYPE_CHECKING:
    from .session import ConformanceSession

_NAME = "atmt-session"
_CHECKED = ("atmt_fail_on", "atmt_cov_fail_under")


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("atmt", "protocol conformance (atmt)")
    group.addoption(
        "--peer",
        action="append",
        metavar="NAME",
        help="judge this peer: a name from the suite's peers/, all, a statement (.toml), udp://HOST[:PORT]"
        "[?root=FOLDER], or 'cmd:PROGRAM {ip} {port} {root}'; repeatable (default: the suite's reference peer)",
    )
    for option, metavar, text in (
        (
            "--requirement",
            "PATTERN",
            "only tests that judge a requirement whose id matches, such as 'RFC2347*'",
        ),
        ("--level", "LEVEL", "only tests that judge a requirement of this level (MUST, 'SHOULD NOT', ...)"),
        ("--role", "ROLE", "only tests that judge a requirement on this role (server, client, ...)"),
        ("--behaviour", "KIND", "only tests of this behaviour (valid, invalid, inopportune, timer)"),
    ):
        group.addoption(option, action="append", metavar=metavar, help=f"{text}; repeatable")
    group.addoption(
        "--atmt-clock",
        choices=("real", "virtual"),
        help="the time that peers started by us keep, whatever their statements say",
    )
    group.addoption(
        "--atmt-replay",
        metavar="FILE",
        help="judge again, without a network, what the report.json of an earlier run recorded",
    )
    group.addoption(
        "--atmt-report",
        metavar="DIR",
        help="where report.json is written (default: reports/SUITE beneath the root folder)",
    )
    group.addoption(
        "--atmt-html",
        choices=("yes", "no"),
        default="yes",
        help="whether index.html, the page to read, is written beside report.json (default: yes)",
    )
    _add_gates(group)


def _add_gates(group: pytest.OptionGroup) -> None:
    """What a run must come to, and the files that say so."""
    group.addoption(
        "--atmt-fail-on",
        choices=("any", "must", "new"),
        help="what ends in exit code 1: any missed requirement, a missed MUST, or one that the baseline does "
        "not know (default: new with a baseline, else must)",
    )
    group.addoption(
        "--atmt-require",
        choices=("MUST", "SHOULD", "MAY"),
        help="every applicable requirement of this level, or a stronger one, must be judged, else exit code 6",
    )
    group.addoption(
        "--atmt-baseline-update",
        action="store_true",
        help="write this run's failures into the baseline and drop what passes now",
    )
    for option, metavar, text in (
        ("baseline", "FILE", "known deviations (TOML): those alone do not fail the run"),
        (
            "cov-fail-under",
            "PERCENT",
            "least coverage of transitions, or of several kinds: transitions=80,states=90; else exit code 8",
        ),
        ("junit", "FILE", "write JUnit XML that loses nothing"),
        ("summary", "FILE", "write a summary in Markdown (also to $GITHUB_STEP_SUMMARY where that is set)"),
    ):
        group.addoption(f"--atmt-{option}", metavar=metavar, help=text)


def pytest_addhooks(pluginmanager: pytest.PytestPluginManager) -> None:
    from . import hookspecs

    pluginmanager.add_hookspecs(hookspecs)


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line(
        "markers",
        "requirement(*ids, behaviour, preamble, version): the requirements of the standard that a test judges",
    )
    if any(config.getoption(name) for name in ("atmt_baseline", "atmt_baseline_update", *_CHECKED)):
        from .settings import read

        read(config)  # what is wrong is said before anything starts
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(_Controller(config), "atmt-controller")


def pytest_plugin_registered(plugin: object, manager: pytest.PytestPluginManager) -> None:
    """A suite's conftest turns the rest on, whether pytest loads it at its start or finds it later."""
    if hasattr(plugin, "pytest_atmt_suite"):
        _activate(manager)


class _Controller:
    """An xdist controller collects nothing: it learns from the first report that a suite is being run."""

    def __init__(self, config: pytest.Config) -> None:
        self._manager = config.pluginmanager

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if hasattr(report, "atmt_plan") and not self._manager.hasplugin(_NAME):
            _activate(self._manager).books.pytest_runtest_logreport(report)


def _activate(manager: pytest.PytestPluginManager) -> ConformanceSession:
    from .session import ConformanceSession

    active: Any = manager.get_plugin(_NAME)
    if active is None:
        active = ConformanceSession(cast(pytest.Config, manager.get_plugin("pytestconfig")))
        manager.register(active, _NAME)
    return cast("ConformanceSession", active)
