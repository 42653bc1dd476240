"""Who cannot have virtual time is told so before anything is started, with the reason and a way out."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from atmt.errors import NoVirtualTime
from atmt.lab.vtime import build, suitable


@pytest.fixture
def empty_cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Path]:
    """Nothing has been compiled yet."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    build.library.cache_clear()
    yield tmp_path / "atmt"
    build.library.cache_clear()


def compiled(folder: Path, *flags: str) -> Path:
    compiler = build.compiler()
    assert compiler is not None
    (folder / "program.c").write_text("int main(void) { return 0; }")
    command = [compiler, *flags, "-o", folder / "program", folder / "program.c"]
    if subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip(f"the compiler cannot link with {' '.join(flags)}")
    return folder / "program"


def test_a_dynamic_program_is_suitable(tmp_path: Path) -> None:
    suitable.check(str(compiled(tmp_path)))


def test_a_static_program_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NoVirtualTime, match=r"program cannot .* linked statically.*clock = \"real\""):
        suitable.check(str(compiled(tmp_path, "-static")))


def test_a_script_is_as_suitable_as_what_runs_it(tmp_path: Path) -> None:
    program = compiled(tmp_path, "-static")
    script = tmp_path / "script"
    script.write_text(f"#!/usr/bin/env -S {program} -x\n")
    with pytest.raises(NoVirtualTime, match="program cannot be put"):
        suitable.check(str(script))
    script.write_text("#!/bin/sh\n")
    suitable.check(str(script))


def test_a_set_uid_program_is_refused(tmp_path: Path) -> None:
    program = compiled(tmp_path)
    program.chmod(0o4755)
    with pytest.raises(NoVirtualTime, match="set-uid"):
        suitable.check(str(program))


def test_a_go_program_is_refused(tmp_path: Path) -> None:
    program = compiled(tmp_path)
    content = program.read_bytes()
    assert content.count(b"GNU\0") >= 1
    program.write_bytes(content.replace(b"GNU\0", b"Go\0\0"))
    with pytest.raises(NoVirtualTime, match="Go program"):
        suitable.check(str(program))


def test_what_is_no_program_of_this_machine_is_refused(tmp_path: Path) -> None:
    (tmp_path / "program").write_bytes(b"MZ")
    with pytest.raises(NoVirtualTime, match="no 64-bit program"):
        suitable.check(str(tmp_path / "program"))


def test_the_shim_is_compiled_once(empty_cache: Path) -> None:
    made = build.library()
    stamp = made.stat().st_mtime_ns
    build.library.cache_clear()
    assert build.library() == made
    assert made.stat().st_mtime_ns == stamp
    assert list(empty_cache.iterdir()) == [made]


def test_without_a_compiler_the_remedy_names_one(empty_cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(empty_cache))
    with pytest.raises(NoVirtualTime, match="apt-get install gcc libc6-dev"):
        build.library()


def test_a_compiler_without_headers_is_quoted(empty_cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake = empty_cache.parent / "cc"
    fake.write_text("#!/bin/sh\necho fatal: sys/epoll.h: no such file >&2\nexit 1\n")
    fake.chmod(0o755)
    monkeypatch.setenv("CC", str(fake))
    with pytest.raises(NoVirtualTime, match=r"no such file.*libc6-dev"):
        build.library()
    assert not list(empty_cache.iterdir())


def test_what_others_could_have_written_is_not_loaded(
    empty_cache: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "elsewhere"))
    (tmp_path / "elsewhere").mkdir()
    empty_cache.mkdir()
    empty_cache.chmod(0o777)
    assert build.library().parent.parent == tmp_path / "elsewhere"
