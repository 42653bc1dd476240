"""Clients as peers: told what to do, judged by what they say and how they end; both roles in one run."""

from __future__ import annotations

import sys

import pytest

from atmt.errors import EnvironmentFault
from atmt.lab import Lab

SUITE = '''
from pathlib import Path
from scapy.layers.inet import IP, UDP
from scapy.packet import Raw
from atmt import ATMT, Automaton
from atmt.links.codec import IPCodec
from pytest_atmt import Clients, Suite, automaton

class Serve(Automaton):
    """Answers a ping of a client by what that shall write, and waits until it has ended."""

    def parse_args(self, errand, content=b"pong", address=None, port=7, tid=0, client=None):
        self.errand, self.content, self.port, self.client = errand, content, port, client

    def master_filter(self, pkt):
        return UDP in pkt and pkt[UDP].dport == self.port

    @ATMT.state(initial=True)
    def LISTENING(self):
        pass

    @ATMT.receive_condition(LISTENING)
    def receive_ping(self, pkt):
        raise self.ASKED(pkt)

    @ATMT.timeout(LISTENING, 3)
    def wait_in_vain(self):
        raise self.SILENCE()

    @ATMT.eof(LISTENING)
    def end_early(self):
        raise self.GONE()

    @ATMT.state()
    def ASKED(self, pkt):
        self.send(IP(dst=self.client) / UDP(sport=self.port, dport=pkt[UDP].sport) / Raw(self.content))

    @ATMT.eof(ASKED)
    def end(self):
        raise self.END()

    @ATMT.timeout(ASKED, 5)
    def go_on(self):
        raise self.END()

    @ATMT.state(final=True)
    def END(self):
        pass

    @ATMT.state(error=True)
    def SILENCE(self):
        pass

    @ATMT.state(error=True)
    def GONE(self):
        pass

class Ask(Automaton):
    def parse_args(self, host, leave):
        self.host, self.leave = host, leave

    @ATMT.state(initial=True)
    def BEGIN(self):
        there = IP(src=self.host.address, dst=self.host.server)
        self.send(there / UDP(sport=5000, dport=self.host.port) / Raw(b"ping"))

    @ATMT.receive_condition(BEGIN)
    def receive_pong(self, pkt):
        self.host.files["atmt-file"] = pkt[Raw].load
        raise self.END()

    @ATMT.state(final=True)
    def END(self):
        self.leave(0, "done")

class Pong(Automaton):
    @ATMT.state(initial=True)
    def LISTENING(self):
        pass

    @ATMT.receive_condition(LISTENING)
    def receive_ping(self, pkt):
        self.send(IP(src=pkt.dst, dst=pkt.src) / UDP(sport=7, dport=pkt[UDP].sport) / Raw(b"pong"))

class Ping(Automaton):
    def parse_args(self, server=None, port=7, sport=5000):
        self.server, self.port, self.sport = server, port, sport

    @ATMT.state(initial=True)
    def BEGIN(self):
        self.send(IP(dst=self.server) / UDP(sport=self.sport, dport=self.port) / Raw(b"ping"))

    @ATMT.receive_condition(BEGIN)
    def receive_pong(self, pkt):
        raise self.END()

    @ATMT.state(final=True)
    def END(self):
        pass

ping = automaton(Ping)
serve = automaton(Serve, judges="client")

def pytest_atmt_suite():
    return Suite(
        name="ping",
        folder=Path(__file__).parent,
        codec=lambda address: IPCodec(Raw, address),
        reference=lambda host: host.start(Pong(link=host.link(None))),
        greet=lambda talk: bool(talk(Ping).received()),
        port=7,
        clients=Clients(
            reference=lambda host, errand, leave: host.start(Ask(host, leave, link=host.link(None))),
            greet=lambda talk, client: bool(talk(Serve, client.get()).received()),
        ),
    )
'''
CATALOGUE = """
[standard]
id = "PING"

[[requirement]]
id = "PING-1"
section = "1"
level = "MUST"
role = "server"
text = "A ping is answered."

[[requirement]]
id = "PING-3"
section = "3"
level = "MUST"
role = "client"
text = "What is answered is written."
"""
REFERENCE = '[peer]\nname = "reference-client"\nrole = "client"\nadapter = "reference"\n'
TESTS = """
@requirement("PING-3")
def test_what_is_answered_is_written(client, serve):
    run = serve(client.get(), b"answer")
    assert run.client.success
    assert run.client.file == b"answer"

@requirement("PING-1")
def test_a_ping_is_answered(ping):
    ping()
"""
CLIENT = """
import os, signal, socket, subprocess, sys
ip, port, out = sys.argv[1:]
sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
{before}
sock.sendto(b"ping", (ip, int(port)))
data = sock.recv(99)
open(out, "wb").write(data)
print("got", len(data), flush=True)
{after}
"""


@pytest.fixture
def clients(suite):
    """The ping suite, which judges clients, too."""
    suite.pytester.makeconftest(SUITE)
    suite.catalogue(CATALOGUE)
    suite.peer("reference-client", REFERENCE)
    return suite


@pytest.fixture
def program(clients):
    """``program(before="", after="")``: a run of the tests with a client program; the record."""
    try:
        Lab().close()
    except EnvironmentFault as fault:
        pytest.skip(str(fault))

    def run(*args, before="pass", after="pass", keys="", tests=TESTS):
        script = clients.pytester.path / "client.py"
        script.write_text(CLIENT.format(before=before, after=after))
        command = f'get = ["{sys.executable}", "-I", "-S", "{script}", "{{ip}}", "{{port}}", "{{local}}"]'
        clients.peer("prog", f'[peer]\nrole = "client"\nadapter = "process"\n[process]\n{command}\n{keys}\n')
        clients.result = clients.run(tests, "--peer", "prog", *args)
        return clients.record()

    return run


def verdicts(record):
    return {test["nodeid"].partition("::")[2]: test["verdict"] for test in record["tests"]}


def test_each_test_judges_the_peers_of_its_role(clients):
    clients.run(TESTS).assert_outcomes(passed=2)
    assert verdicts(clients.record()) == {
        "test_what_is_answered_is_written[reference-client]": "pass",
        "test_a_ping_is_answered[reference]": "pass",
    }


def test_tests_of_a_role_without_a_peer_are_left_out_and_counted(clients):
    result = clients.run(TESTS, "--peer", "reference")
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["1 tests judge peers of another role*left out"])
    assert clients.record()["selection"]["whole"]


def test_requirements_on_the_other_role_do_not_apply(clients):
    clients.run(TESTS)
    found = {id_: entry["verdicts"] for id_, entry in clients.record()["requirements"].items()}
    assert found == {
        "PING-1": {"reference": "pass", "reference-client": "not applicable"},
        "PING-3": {"reference": "not applicable", "reference-client": "pass"},
    }


def test_the_record_tells_the_role_and_how_the_client_ended(clients):
    clients.run(TESTS)
    record = clients.record()
    assert {name: peer["role"] for name, peer in record["peers"].items()} == {
        "reference": "server",
        "reference-client": "client",
    }
    run = record["tests"][0]["runs"][0]
    assert run["client"] == {
        "how": "exited with status 0",
        "success": True,
        "said": "done",
        "file": b"answer".hex(),
        "at": 0.0,
    }


def test_a_test_of_clients_cannot_name_a_requirement_on_servers(clients):
    result = clients.run(TESTS.replace("PING-3", "PING-1"))
    result.stdout.fnmatch_lines(["*this test judges a client, but requirement PING-1 is about a server*"])
    assert result.ret == 2


def test_coverage_counts_the_automata_of_the_roles_judged(clients):
    clients.run(TESTS, "--peer", "reference")
    assert set(clients.record()["automata"]) == {"Ping"}


def test_a_replay_comes_to_the_same_verdicts(clients):
    clients.run(TESTS.replace('run.client.file == b"answer"', 'run.client.file == b"another"'))
    before = verdicts(clients.record())
    file = clients.pytester.path / "reports/ping/report.json"
    kept = file.rename(clients.pytester.path / "kept.json")
    clients.run(
        TESTS.replace('run.client.file == b"answer"', 'run.client.file == b"another"'), "--atmt-replay", kept
    )
    assert verdicts(clients.record()) == before
    assert "fail" in before.values()


def test_a_client_program_is_judged_by_its_end_and_its_file(program):
    record = program()
    assert verdicts(record) == {"test_what_is_answered_is_written[prog]": "pass"}
    assert record["tests"][0]["runs"][0]["client"]["said"] == "got 6"


def test_any_command_is_a_client_if_it_names_its_file(clients, program):
    script = clients.pytester.path / "client.py"
    script.write_text(CLIENT.format(before="pass", after="pass"))
    command = f"cmd:{sys.executable} -I -S {script} {{ip}} {{port}} {{out}}"
    clients.run(TESTS, "--peer", command).assert_outcomes(passed=1)


def test_a_client_that_fails_is_told_with_its_status(program, clients):
    assert set(verdicts(program(after="sys.exit(3)")).values()) == {"fail"}
    clients.result.stdout.fnmatch_lines(["*exited with status 3*"])


def test_a_client_that_is_killed_has_crashed(program):
    record = program(after="os.kill(os.getpid(), signal.SIGSEGV) if data == b'answer' else None")
    assert record["tests"][0]["verdict"] == "fail"
    assert "prog was killed by SIGSEGV in the middle of a test" in record["tests"][0]["reason"]


def test_a_client_that_asks_for_nothing_is_not_judged(program):
    record = program(before="sys.exit(1)")
    assert record["tests"][0]["verdict"] == "inconclusive"
    assert record["exit_code"] == 6


def test_what_a_client_leaves_running_is_a_finding(program):
    record = program(after="subprocess.Popen(['sleep', '60'])")
    assert "sleep 60" in record["peers"]["prog"]["defects"][0]


def test_an_errand_that_a_client_has_no_command_for_is_not_applicable(program):
    tests = TESTS.replace("client.get()", "client.put(b'x')")
    record = program(tests=tests)
    assert record["tests"][0]["verdict"] == "not applicable"
    assert "prog has no command to put a file" in record["tests"][0]["reason"]


def test_a_mode_that_a_client_cannot_be_told_is_not_applicable(program):
    record = program(tests=TESTS.replace("client.get()", "client.get(mode='text')"))
    assert "cannot be told to use mode text" in record["tests"][0]["reason"]


def test_clients_are_judged_by_several_workers(program):
    assert set(verdicts(program("-n", "2")).values()) == {"pass"}


def test_a_client_that_is_not_installed_could_not_be_run(clients):
    keys = 'get = ["no-such-client", "{url}", "{out}"]\npackage = "no-such-package"'
    clients.peer("absent", f'[peer]\nrole = "client"\nadapter = "process"\n[process]\n{keys}\n')
    clients.run(TESTS, "--peer", "absent")
    [test] = clients.record()["tests"]
    assert test["verdict"] == "could not run"
    assert "apt-get install no-such-package" in test["reason"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('role = "proxy"\nadapter = "reference"', "role is 'proxy'; choose one of server, client"),
        ('role = "client"\nadapter = "process"\n[process]\ncommand = ["x"]', "lacks get or put"),
        ('role = "client"\nadapter = "udp"\n[udp]\nhost = "x"', "it must be started"),
    ],
    ids=["role", "command", "udp"],
)
def test_a_wrong_statement_says_what_is_wrong(clients, text, words):
    clients.peer("wrong", f"[peer]\n{text}\n")
    result = clients.run(TESTS, "--peer", "wrong")
    assert words in str(result.stderr) + str(result.stdout)
    assert result.ret == 4


def test_a_client_command_without_its_file_is_refused(clients):
    result = clients.run(TESTS, "--peer", "cmd:fetch {url}")
    assert "add {out} (what it fetches) or {in} (what it stores)" in str(result.stderr) + str(result.stdout)
    assert result.ret == 4


def test_a_suite_without_clients_refuses_one(suite):
    suite.peer("reference-client", REFERENCE)
    result = suite.run("def test_it(): pass", "--peer", "reference-client")
    assert "judges servers alone" in str(result.stderr) + str(result.stdout)
