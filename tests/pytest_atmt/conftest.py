"""A small suite to try the plugin on: the tester says ping, the reference peer says pong (or misbehaves)."""

from __future__ import annotations

import json
from functools import cache
from importlib import resources
from typing import Any

import jsonschema
import pytest

# Loaded once here: else each inner run would load them anew, which takes a second and doubles their classes.
import pytest_atmt.peers.process
import pytest_atmt.peers.reference
import pytest_atmt.peers.udp
import pytest_atmt.session  # noqa: F401 - as said above

CONFTEST = """
from pathlib import Path
from scapy.layers.inet import IP, UDP
from scapy.packet import Raw
from atmt import ATMT, Automaton
from atmt.links.codec import IPCodec
from pytest_atmt import Suite, automaton

ANSWER = {answer!r}

class Ping(Automaton):
    def parse_args(self, word="ping", server=None, port=7, sport=5000):
        self.word, self.server, self.port, self.sport = word, server, port, sport

    def master_filter(self, pkt):
        return UDP in pkt and pkt[UDP].dport == self.sport

    @ATMT.state(initial=True)
    def BEGIN(self):
        self.send(IP(dst=self.server) / UDP(sport=self.sport, dport=self.port) / Raw(self.word))
        raise self.WAITING()

    @ATMT.state()
    def WAITING(self):
        pass

    @ATMT.receive_condition(WAITING)
    def receive_pong(self, pkt):
        if pkt[Raw].load == b"pong":
            raise self.END()
        raise self.NONSENSE(pkt[Raw].load)

    @ATMT.timeout(WAITING, 5)
    def lose_patience(self):
        raise self.SILENCE()

    @ATMT.state(final=True)
    def END(self):
        return "answered"

    @ATMT.state(error=True)
    def SILENCE(self):
        pass

    @ATMT.state(error=True)
    def NONSENSE(self, said):
        return said

class Pong(Automaton):
    @ATMT.state(initial=True)
    def LISTENING(self):
        pass

    @ATMT.receive_condition(LISTENING)
    def receive_ping(self, pkt):
        if ANSWER == "crash":
            raise ValueError("the reference is broken")
        if ANSWER:
            back = IP(src=pkt.dst, dst=pkt.src) / UDP(sport=7, dport=pkt[UDP].sport)
            self.send(back / Raw(ANSWER))

ping = automaton(Ping)

def pytest_atmt_suite():
    return Suite(
        name="ping",
        folder=Path(__file__).parent,
        codec=lambda address: IPCodec(Raw, address),
        reference=lambda host: host.start(Pong(link=host.link(None))),
        greet=lambda converse: {greet},
        port=7,
    )
"""

CATALOGUE = """
[standard]
id = "PING"
title = "Ping"

[[requirement]]
id = "PING-1"
section = "1"
level = "MUST"
role = "server"
text = "A ping is answered."

[[requirement]]
id = "PING-2"
section = "2"
level = "SHOULD"
role = "server"
text = "The answer is pong."
"""

REFERENCE = '[peer]\nname = "reference"\nadapter = "reference"\n'


class SuiteMaker:
    """Writes the suite beneath pytester's folder and runs pytest on it."""

    def __init__(self, pytester: pytest.Pytester) -> None:
        self.pytester = pytester
        for folder in ("requirements", "peers"):
            (pytester.path / folder).mkdir()
        self.catalogue(CATALOGUE)
        self.peer("reference", REFERENCE)
        self.behave("pong")

    def behave(self, answer: str | None, greet: str = "bool(converse(Ping).received())") -> None:
        """What the reference peer answers (None: nothing; "crash": its code raises)."""
        self.pytester.makeconftest(CONFTEST.format(answer=answer, greet=greet))

    def catalogue(self, text: str) -> None:
        (self.pytester.path / "requirements" / "ping.toml").write_text(text)

    def peer(self, name: str, text: str) -> None:
        (self.pytester.path / "peers" / f"{name}.toml").write_text(text)

    def record(self) -> dict[str, Any]:
        """What the last run recorded, which is what its schema says, whatever kind of run it was."""
        document: dict[str, Any] = json.loads((self.pytester.path / "reports/ping/report.json").read_text())
        _schema().validate(document)
        return document

    def run(self, test: str, *args: str, imports: str = "") -> pytest.RunResult:
        """Run a module with `test`, which may use @requirement, drop and duplicate."""
        head = f"import pytest\nfrom pytest_atmt import requirement, drop, duplicate\n{imports}\n"
        self.pytester.makepyfile(test_it=head + test)
        plain = (
            "-p",
            "no:cacheprovider",
            "-p",
            "no:hypothesispytest",
            "-p",
            "no:benchmark",
            "--atmt-html=no",
        )
        return self.pytester.runpytest_inprocess(*plain, *args)


@cache
def _schema() -> Any:
    schema = json.loads((resources.files("pytest_atmt") / "schema/report-1.json").read_text())
    return jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker())


@pytest.fixture
def suite(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> SuiteMaker:
    """The ping suite, ready to be run."""
    monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)  # that of the job that runs these tests
    return SuiteMaker(pytester)
