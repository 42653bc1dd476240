"""Unmodified Scapy scripts hold real conversations on our runtime, over loopback."""

from __future__ import annotations

import shutil
import subprocess
import sys

import pytest

pytest.importorskip("cryptography", reason="Scapy's TLS and SMB layers need the package cryptography")
openssl = pytest.mark.skipif(shutil.which("openssl") is None, reason="no openssl here")

PORT = """
import socket, sys
with socket.socket() as probe:
    probe.bind(("127.0.0.1", 0))
    port = probe.getsockname()[1]
"""

HTTP = """
import urllib.request
from scapy.layers.http import HTTP_Client, HTTP_Server, HTTPResponse

class Server(HTTP_Server):
    def answer(self, pkt):
        return HTTPResponse() / b"hello"

server = Server.spawn(port, local_ip="127.0.0.1", bg=True, verb=False)
client = HTTP_Client(verb=False)
scapys = client.request(f"http://127.0.0.1:{port}/").load
client.close()
pythons = urllib.request.urlopen(f"http://127.0.0.1:{port}/").read()
server.shutdown(socket.SHUT_RDWR)
server.close()
print("answers:", scapys, pythons)
"""

TLS_CLIENT = """
import subprocess
from scapy.packet import Raw
from scapy.layers.tls.automaton_cli import TLSClientAutomaton

version, cert, key = sys.argv[1:]
command = ["openssl", "s_server", "-accept", "127.0.0.1:0", "-cert", cert, "-key", key, "-rev"]
with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as server:
    port = int(next(line for line in server.stdout if line.startswith("ACCEPT")).rpartition(":")[2])
    link = TLSClientAutomaton.tlslink(Raw, server="127.0.0.1", dport=port, version=version)
    link.send(Raw(b"hello"  b"\\n"))
    print("answer:", link.recv().load)
    link.close()
    server.terminate()
"""

TLS_SERVER = """
import subprocess, threading
from scapy.layers.tls.automaton_srv import TLSServerAutomaton

version, cert, key = sys.argv[1:]
server = TLSServerAutomaton(server="127.0.0.1", sport=port, mycert=cert, mykey=key)
thread = threading.Thread(target=server.run)
thread.start()
command = ["openssl", "s_client", "-connect", f"127.0.0.1:{port}", f"-{version}", "-quiet", "-ign_eof"]
while True:
    done = subprocess.run(command, input=b"hello\\nstop_server\\n", capture_output=True)
    if b"refused" not in done.stderr:
        break
thread.join(20)
print("client:", done.returncode, "server ended:", not thread.is_alive())
"""

SMB = """
from scapy.config import conf
from scapy.layers.ntlm import MD4le, NTLMSSP
from scapy.layers.smbclient import smbclient
from scapy.layers.smbserver import SMBShare, smbserver
from scapy.layers.spnego import SPNEGOSSP

path, password = sys.argv[1:]
ssp = SPNEGOSSP([NTLMSSP(IDENTITIES={"User1": MD4le("Password1")})])
server = smbserver(shares=[SMBShare("Files", path)], iface=conf.loopback_name, port=port, verb=0, bg=True, ssp=ssp)
try:
    client = smbclient("127.0.0.1", "User1", password=password, port=port, cli=False)
    client.use("Files")
    print("files:", sorted(entry[0] for entry in client.ls()))
    print("content:", client.cat("hello.txt"))
    client.close()
except Exception as error:
    print(type(error).__name__, error)
server.close()
"""


@pytest.fixture
def script(tmp_path):
    def run(code, *args):
        (tmp_path / "script.py").write_text(PORT + code)
        command = [sys.executable, "-m", "atmt", "exec", "script.py", *map(str, args)]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60, cwd=tmp_path)
        assert done.returncode == 0, done.stderr
        return done.stdout.splitlines()

    return run


@pytest.fixture(scope="module")
def identity(tmp_path_factory):
    """Certificate and key."""
    folder = tmp_path_factory.mktemp("tls")
    files = folder / "cert.pem", folder / "key.pem"
    out = ["-out", files[0], "-keyout", files[1]]
    request = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-days",
        "1",
        "-subj",
        "/CN=localhost",
    ]
    subprocess.run([*request, *out], check=True, capture_output=True)
    return files


def test_http_server_serves_scapys_client_and_pythons(script):
    assert "answers: b'hello' b'hello'" in script(HTTP)


@openssl
@pytest.mark.parametrize("version", ["tls12", "tls13"])
def test_the_tls_client_talks_with_openssls_server(script, identity, version):
    assert "answer: b'olleh\\n'" in script(TLS_CLIENT, version, *identity)


@openssl
@pytest.mark.parametrize("version", ["tls1_2", "tls1_3"])
def test_the_tls_server_talks_with_openssls_client(script, identity, version):
    said = script(TLS_SERVER, version, *identity)
    assert "client: 0 server ended: True" in said
    assert any("Received: b'hello\\n" in line for line in said)


def test_the_smb_pair_lists_and_reads_files(script, tmp_path):
    (tmp_path / "share").mkdir()
    (tmp_path / "share" / "hello.txt").write_text("hello world")
    said = script(SMB, tmp_path / "share", "Password1")
    assert "files: ['.', 'hello.txt']" in said
    assert "content: b'hello world'" in said


def test_the_smb_pair_refuses_a_wrong_password(script, tmp_path):
    said = script(SMB, tmp_path, "wrong")
    assert "Scapy_Exception SMB Session Setup failed: STATUS_LOGON_FAILURE" in said
