"""Files of a peer whose clock does not stand still."""

from __future__ import annotations

from pytest_atmt.peers import files
from pytest_atmt.peers.files import FolderFiles


def test_a_file_counts_when_it_has_stopped_changing(tmp_path, monkeypatch):
    written = iter([b"half", b"half and the rest"])

    def sleep(seconds):
        if content := next(written, None):
            (tmp_path / "file").write_bytes(content)

    monkeypatch.setattr(files.time, "sleep", sleep)
    (tmp_path / "file").touch()
    assert FolderFiles(tmp_path, 0.02).get("file") == b"half and the rest"


def test_a_file_that_never_stops_changing_is_not_waited_for_for_ever(tmp_path, monkeypatch):
    def sleep(seconds):
        with (tmp_path / "file").open("ab") as file:
            file.write(b"x")

    monkeypatch.setattr(files.time, "sleep", sleep)
    assert FolderFiles(tmp_path, 0.02).get("file")


def test_where_the_clock_stands_still_nobody_waits(tmp_path, monkeypatch):
    monkeypatch.delattr(files.time, "sleep")
    assert FolderFiles(tmp_path).get("file") is None


def test_what_is_read_is_what_is_there_when_the_peer_rests(tmp_path):
    """Under a clock that stands still a server may still be writing what it has acknowledged."""
    (tmp_path / "file").write_bytes(b"half")
    rest = lambda: (tmp_path / "file").write_bytes(b"half and the rest")  # noqa: E731 - what a busy peer does meanwhile
    assert FolderFiles(tmp_path, rest=rest).get("file") == b"half and the rest"
