"""What pytest loads in every run: options, hook specifications, and the switch that turns the rest on.

Imports neither atmt nor Scapy: a run without a conformance suite pays for this file alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import pytest

from . import configuration, lifeline

if TYPE_CHECKING:
    from .session import ConformanceSession

_NAME = "atmt-session"
_CHECKED = ("atmt_fail_on", "atmt_cov_fail_under")
_JUDGING = ("require", "cov-fail-under", "fail-on", "baseline", "junit", "summary")  # options for CI


def pytest_addoption(parser: pytest.Parser) -> None:
    lifeline.hold()  # the first that a plugin is asked: before any suite is loaded
    group = parser.getgroup("atmt", "protocol conformance (atmt)")
    group.addoption(
        "--peer",
        action="append",
        metavar="NAME",
        help="judge this peer: a name from the suite's peers/, all, a statement (.toml), udp://HOST[:PORT]"
        "[?root=FOLDER], 'cmd:PROGRAM {ip} {port} {root}' for a server or 'cmd:PROGRAM {url} {out}' for a client; "
        "repeatable (default: the suite's reference peers)",
    )
    for option, metavar, text in (
        (
            "--requirement",
            "PATTERN",
            "only tests that judge a requirement whose id matches, such as 'RFC2347*'",
        ),
        (
            "--section",
            "SECTION",
            "only tests that judge a requirement of this section, or one beneath it: '4.2', 'RFC1123 4.2'",
        ),
        ("--level", "LEVEL", "only tests that judge a requirement of this level (MUST, 'SHOULD NOT', ...)"),
        ("--role", "ROLE", "only tests that judge a requirement on this role (server, client, ...)"),
        ("--behaviour", "KIND", "only tests of this behaviour (valid, invalid, inopportune, timer)"),
    ):
        group.addoption(option, action="append", metavar=metavar, help=f"{text}; repeatable")
    group.addoption(
        "--atmt-clock",
        choices=("real", "virtual", "scaled"),
        help="the time that peers started by us keep, whatever their statements say",
    )
    group.addoption(
        "--atmt-lab",
        choices=("auto", "root", "single", "subuid", "loopback"),
        default="auto",
        help="where the lab's power over networks comes from: root, a user namespace with a single id, one with a "
        "range of subordinate ids, or none (default: auto, the first of root, single, loopback that can be had)",
    )
    group.addoption(
        "--atmt-replay",
        metavar="FILE",
        help="judge again, without a network, what an earlier run recorded: its report.json, a capture (.pcapng) "
        "of one of its tests, or a folder of captures",
    )
    group.addoption(
        "--atmt-report",
        metavar="DIR",
        help="where report.json is written (default: reports/SUITE beneath the root folder)",
    )
    group.addoption(
        "--atmt-html",
        choices=("yes", "no"),
        help="whether index.html, the page to read, is written beside report.json (default: yes)",
    )
    group.addoption(
        "--atmt-capture",
        choices=("failed", "always", "never"),
        help="of which tests the packets are written beside report.json, as captures/*.pcapng (default: failed, "
        "which is whatever does not pass)",
    )
    group.addoption(
        "--atmt-shell-on-fail",
        action="store_true",
        help="open a shell where the peer lives when a test does not pass, before its network is gone",
    )
    group.addoption(
        "--atmt-fuzz",
        type=_count,
        metavar="N",
        help="malformed datagrams in each state of a peer that a suite fuzzes (default: 3; 0: none)",
    )
    group.addoption(
        "--atmt-seed",
        metavar="TEXT",
        help="chooses the malformed datagrams; the same seed gives the same ones (default: 0)",
    )
    _add_gates(group)
    configuration.add(parser)


def _count(text: str) -> int:
    number = int(text)
    if number < 0:
        raise ValueError
    return number


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
    configuration.take(config)
    if config.option.collectonly:
        _refuse_gates(config)
    config.addinivalue_line(
        "markers",
        "requirement(*ids, behaviour, preamble, version): the requirements of the standard that a test judges",
    )
    if any(config.getoption(name) for name in ("atmt_baseline", "atmt_baseline_update", *_CHECKED)):
        from .settings import read

        read(config)  # what is wrong is said before anything starts
    if config.getoption("atmt_shell_on_fail"):
        from .looking import check

        check(config)
    if not hasattr(config, "workerinput"):
        enrol(config.pluginmanager, _Controller(config), "atmt-controller")


def _refuse_gates(config: pytest.Config) -> None:
    """Whoever asks for a gate must not be told that all is well by a run that judges nothing."""
    given = [str(arg).partition("=")[0] for arg in config.invocation_params.args]
    if asked := [arg for arg in given if arg.startswith(tuple(f"--atmt-{name}" for name in _JUDGING))]:
        raise pytest.UsageError(f"--collect-only judges nothing: leave it out, or {', '.join(asked)}")


def pytest_plugin_registered(plugin: object, manager: pytest.PytestPluginManager) -> None:
    """A suite's conftest turns the rest on, whether pytest loads it at its start or finds it later."""
    if hasattr(plugin, "pytest_atmt_suite"):
        _activate(manager)


def enrol(manager: pytest.PytestPluginManager, plugin: object, name: str) -> None:
    """Register a part of ours.  Raises `pytest.UsageError` where ``-p no:`` would have the rest go on without it."""
    if manager.register(plugin, name) is None:
        raise pytest.UsageError(
            f"-p no:{name} would leave verdicts ungated; leave it out, or give -p no:atmt"
        )


def pytest_runtest_protocol(item: pytest.Item, nextitem: pytest.Item | None) -> bool | None:
    """Here, as a conftest's own hook goes before that of a plugin that was there before it."""
    active: ConformanceSession | None = item.config.pluginmanager.get_plugin(_NAME)
    return None if active is None else active.run_test(item, nextitem)


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
        enrol(manager, active, _NAME)
    return cast("ConformanceSession", active)
