"""The suite against real clients in namespaces, as root and as an ordinary user, and against a wrong one."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

import pytest

NOBODY = ("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups")
SOME = (
    "--atmt-capture",
    "never",
    "-k",
    "test_what_is_fetched_is_written or test_an_error_that_refuses_a_read or test_block_0",
)
CLIENT = '''
"""Fetches a file by TFTP; it answers whoever spoke last, and tells nobody of errors."""
import socket, sys
host, port, name, out = sys.argv[1:]
sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
sock.settimeout(2)
sock.sendto(b"\\0\\1" + name.encode() + b"\\0octet\\0", (host, int(port)))
content, block = b"", 0
while True:
    data, source = sock.recvfrom(600)
    if data[:2] == b"\\0\\5":
        break
    if data[:2] == b"\\0\\3" and int.from_bytes(data[2:4], "big") == block + 1:
        content, block = content + data[4:], block + 1
    sock.sendto(b"\\0\\4" + block.to_bytes(2, "big"), source)
    if len(data) < 516:
        break
open(out, "wb").write(content)
'''


@pytest.fixture(params=["tftp-hpa", "curl"])
def client(request):
    """The name of a real client that is installed."""
    program = {"tftp-hpa": "tftp"}.get(request.param, request.param)
    if shutil.which(program) is None:
        pytest.skip(f"{program} is not installed")
    return request.param


@pytest.fixture
def user_python():
    """An interpreter that an ordinary user can start, with what is needed."""
    if os.geteuid() != 0:
        pytest.skip("runs as an ordinary user already")
    python = os.environ.get("ATMT_USER_PYTHON", "/usr/bin/python3")
    code = "import pytest, scapy, click, atmt"
    if subprocess.run([*NOBODY, python, "-c", code], cwd="/", capture_output=True).returncode:
        pytest.skip(
            f"{python} has not all that is needed, and this interpreter is out of an ordinary user's reach"
        )
    return python


def by_test(outcome):
    """The worst that is said of each test, whatever its parameters."""
    found: dict[str, set[str]] = {}
    for name, verdict in outcome.verdicts().items():
        found.setdefault(name.partition("[")[0], set()).add(verdict)
    return found


def test_a_real_client_is_judged_in_virtual_time_and_leaves_nothing_behind(tftp, client):
    outcome = tftp("--peer", client, *SOME)
    peer = outcome.record["peers"][client]
    assert (peer["role"], peer["provenance"]["clock"]) == ("client", "virtual")
    assert by_test(outcome)["test_what_is_fetched_is_written"] == {"pass"}
    assert outcome.left == []


def test_an_ordinary_user_comes_to_the_same_verdicts(tftp, client, user_python):
    as_root = tftp("--peer", client, *SOME)
    assert tftp("--peer", client, *SOME, prefix=NOBODY, python=user_python).verdicts() == as_root.verdicts()


def test_tftp_hpa_acknowledges_an_error(tftp):
    if shutil.which("tftp") is None:
        pytest.skip("tftp is not installed")
    outcome = tftp("--peer", "tftp-hpa", "-k", "test_an_error_that_refuses")
    assert by_test(outcome) == {
        "test_an_error_that_refuses_a_read_ends_it_without_a_word": {"fail"},
        "test_an_error_that_refuses_a_write_ends_it_without_a_word": {"pass"},
    }


def test_curl_takes_block_0_for_a_file(tftp):
    if shutil.which("curl") is None:
        pytest.skip("curl is not installed")
    outcome = tftp("--peer", "curl", "-k", "test_block_0_is_no_data")
    assert set(outcome.verdicts().values()) == {"fail"}
    assert outcome.code == 1


def test_any_command_is_judged_as_a_client(tftp, tmp_path):
    script = tmp_path / "client.py"
    script.write_text(CLIENT)
    command = f"cmd:{sys.executable} -I -S {script} {{ip}} {{port}} {{name}} {{out}}"
    chosen = "test_client_tid and reader or test_what_is_fetched_is_written or test_a_reader_tells_its_user_of_an_error"
    found = by_test(tftp("--peer", command, "-k", chosen))
    assert found["test_what_is_fetched_is_written"] == {"pass"}
    assert "fail" in found["test_a_strangers_packet_does_not_disturb_a_reader"]
    assert found["test_a_reader_tells_its_user_of_an_error"] == {"fail"}
