"""What `atmt peers install` fetches, where it puts it, and what becomes of it when something goes wrong."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from pytest_atmt.peers import fetching, installing, program, statement, store

ROOT = Path(__file__).parents[2]
PEERS = ROOT / "suites/tftp/peers"
NOBODY = ("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups")


@pytest.fixture(autouse=True)
def _own_store(tmp_path, monkeypatch):
    monkeypatch.setenv("ATMT_PEERS", str(tmp_path / "store"))


@pytest.fixture
def state(tmp_path):
    """``state("[process]...")``: the statement of a peer called own."""

    def read(text):
        file = tmp_path / "suite/peers/own.toml"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f'[peer]\nname = "own"\nadapter = "process"\n{text}')
        return statement.read(file)

    return read


@pytest.fixture
def fake(monkeypatch):
    """``fake(kind)``: a way to fetch that makes one program and counts how often it was asked."""
    asked = []

    def make(what, place, sources):
        asked.append(what)
        program = place / "bin" / store.name(what)
        program.parent.mkdir()
        program.touch(0o755)
        return {store.name(what): "1.0"}

    monkeypatch.setattr(fetching, "_FETCHERS", dict.fromkeys(store.KINDS, make))
    return asked


@pytest.mark.parametrize(
    ("asked", "name"),
    [("tftpy==0.8.7", "tftpy"), ("tftp[cli]==0.2.1", "tftp"), ("tftp@0.1.2", "tftp"), ("@a/b@1", "@a/b")],
)
def test_an_item_is_called_as_its_package(asked, name):
    assert store.name(asked) == name


def test_what_was_fetched_is_found_by_its_name(fake, state):
    peer = state('[process]\ncommand = ["unheard-of"]\n[install]\npypi = ["unheard-of==1"]\n')
    assert program.missing(peer) == ["unheard-of"]
    assert list(installing.install(peer)) == [("pypi unheard-of==1", {"unheard-of": "1.0"})]
    assert program.missing(peer) == []
    assert program.versions(peer) == {"version": "unheard-of 1.0"}


def test_what_is_there_is_not_fetched_again(fake, state):
    peer = state('[process]\ncommand = ["unheard-of"]\n[install]\npypi = ["unheard-of==1"]\n')
    assert [len(list(installing.install(peer))) for _ in range(2)] == [1, 0]
    assert fake == ["unheard-of==1"]


def test_another_version_is_fetched_in_its_place(fake, state):
    for wish in ("unheard-of==1", "unheard-of==2"):
        list(
            installing.install(state(f'[process]\ncommand = ["unheard-of"]\n[install]\npypi = ["{wish}"]\n'))
        )
    assert fake == ["unheard-of==1", "unheard-of==2"]


def test_what_the_machine_has_is_not_fetched(fake, state):
    peer = state('[process]\ncommand = ["sh"]\n[install]\ndebian = ["dash"]\n')
    assert list(installing.install(peer)) == []


def test_what_was_left_half_done_is_begun_anew(fake):
    left = store.item("pypi", "unheard-of") / "rubbish"
    left.parent.mkdir(parents=True)
    left.touch()
    fetching.fetch("pypi", "unheard-of", Path())
    assert not left.exists()


def test_what_failed_leaves_nothing_that_looks_finished(monkeypatch):
    monkeypatch.setattr(fetching, "_APT", ("false",))
    if shutil.which("dpkg-deb") is None:
        pytest.skip("this machine has no dpkg-deb")
    with pytest.raises(fetching.Unfetched, match=r"ended with status 1.*apt-get update"):
        fetching.fetch("debian", "unheard-of", Path())
    assert list(store.items()) == []
    assert not store.item("debian", "unheard-of").exists()


def test_a_folder_that_cannot_be_written_is_named_with_another_way(monkeypatch):
    monkeypatch.setenv("ATMT_PEERS", "/proc/atmt")
    with pytest.raises(fetching.Unfetched, match=r"/proc/atmt cannot be written.*--into FOLDER"):
        fetching.fetch("pypi", "tftpy", Path())


def test_a_statement_may_ask_only_for_what_can_be_fetched(state):
    with pytest.raises(
        statement.StatementError, match=r"unknown key 'cpan' in \[install\]; known are debian"
    ):
        state('[install]\ncpan = ["Net::TFTPd"]\n')


def test_a_peer_that_is_not_there_says_how_to_fetch_it(state):
    peer = state('[process]\ncommand = ["{store}/pypi/x/bin/python"]\n[install]\npypi = ["x"]\n')
    [lacking] = program.missing(peer)
    assert lacking == f"{store.folder()}/pypi/x/bin/python"
    assert program.remedy(peer, lacking) == "Fetch it: atmt peers install suite own"


@pytest.mark.parametrize("file", sorted(PEERS.glob("*.toml")), ids=lambda file: file.stem)
def test_every_small_program_that_a_statement_starts_is_in_the_suite(file):
    stated = statement.read(file)
    words = [str(word) for word in stated.settings.get("command", ())]
    programs = [word.format_map(stated.places()) for word in words if "{programs}" in word]
    programs += [str(stated.folder / "programs" / name) for name in stated.install.get("go", ())]
    assert all(Path(name).is_file() for name in programs), programs


@pytest.mark.parametrize("user", ["as it is", "ordinary"])
def test_a_python_and_a_debian_peer_are_fetched_for_real_and_serve(user, tmp_path):
    """One package from PyPI and one from Debian, which is not installed."""
    if shutil.which("apt-get") is None:
        pytest.skip("this machine has no apt-get")
    python, prefix = sys.executable, ()
    if user == "ordinary":
        if os.geteuid() != 0:
            pytest.skip("runs as an ordinary user already")
        python, prefix = os.environ.get("ATMT_USER_PYTHON", "/usr/bin/python3"), NOBODY
        code = "import pytest, scapy, click, atmt, pip"
        if subprocess.run([*prefix, python, "-c", code], cwd="/", capture_output=True).returncode:
            pytest.skip(f"{python} has not all that is needed, or is out of an ordinary user's reach")
    with _reachable_folder() as folder:
        first, again = (
            _atmt(prefix, python, folder, "peers", "install", "tftp", "tftpy", "atftpd", "--json")
            for _ in "12"
        )
        assert [row["problem"] for row in first] == ["", ""], first
        assert first[0]["fetched"]["pypi tftpy==0.8.7"] == {"tftpy": "0.8.7"}
        assert [row["fetched"] for row in again] == [{}, {}]
        seen = _atmt(prefix, python, folder, "peers", "check", "tftp", "tftpy", "atftpd", "--json")
        assert [(p["name"], p["problem"]) for p in seen] == [("tftpy", ""), ("atftpd", "")]


def _reachable_folder():
    """Not beneath pytest's own, which an ordinary user may not enter when root runs the tests."""
    from tempfile import TemporaryDirectory

    folder = TemporaryDirectory(prefix="atmt-tests-")
    Path(folder.name).chmod(0o777)
    return folder


def _atmt(prefix, python, folder, *words):
    environment = {**os.environ, "ATMT_PEERS": f"{folder}/store", "PYTHONPATH": str(ROOT), "HOME": folder}
    done = subprocess.run(
        [*prefix, python, "-m", "atmt", *words],
        cwd="/",
        env=environment,
        capture_output=True,
        text=True,
        timeout=110,
    )
    assert done.stdout.startswith("["), done.stderr
    return json.loads(done.stdout)
