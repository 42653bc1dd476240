"""What the distribution holds, and that it works wherever it is installed."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import tarfile
import zipfile

import pytest
from releasing import ROOT, Shell, pythons

from pytest_atmt.peers.program import locate

pytestmark = pytest.mark.timeout(300)  # an environment is made, from a registry


def _names(wheel):
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def test_the_wheel_is_pure_and_has_the_shim_the_scaffold_and_the_suites(built):
    (wheel,) = built.glob("*.whl")
    assert wheel.name.endswith("-py3-none-any.whl")
    names = _names(wheel)
    for path in (
        "atmt/py.typed",
        "pytest_atmt/py.typed",
        "atmt/lab/vtime/shim/shim.h",
        "pytest_atmt/schema/report-1.json",
        "pytest_atmt/report/templates/shell.html",
        "pytest_atmt/scaffold/example/conftest.py",
        "pytest_atmt/suites/tftp/conftest.py",
        "pytest_atmt/suites/tftp/requirements/rfc1350.toml",
    ):
        assert path in names
    assert not [name for name in names if name.endswith((".pyc", ".so")) or name.startswith("tests/")]


def test_every_file_of_the_packages_is_in_the_wheel(built):
    (wheel,) = built.glob("*.whl")
    listed = subprocess.run(
        ["git", "ls-files", "atmt", "pytest_atmt"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if listed.returncode:
        pytest.skip("what belongs to the packages is known in a clone only, and this is none")
    assert set(listed.stdout.split()) <= _names(wheel)


def test_the_sdist_has_what_is_needed_to_test_it(built):
    (sdist,) = built.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    wanted = {"README.md", "LICENSE", "CHANGELOG.md", "CONTRIBUTING.md", "CITATION.cff", "conftest.py"}
    assert wanted | {"docs/tutorial.md", "suites/tftp/conftest.py", "zensical.toml", "noxfile.py"} <= names


@pytest.fixture(params=sorted(pythons()))
def fresh(request, environment, tmp_path):
    """A shell in an empty folder, in a fresh environment of one of this machine's Pythons."""
    return Shell(tmp_path, environment(pythons()[request.param]))


def test_a_shipped_suite_judges_its_reference_without_a_clone(fresh):
    done = fresh("atmt test tftp --peer reference -q")
    assert done.returncode == 0, done.stdout
    record = json.loads((fresh.folder / "reports/tftp/report.json").read_text())
    assert record["outcome"] in ("PASS", "PASS WITH FINDINGS")
    assert len(record["tests"]) > 300
    assert (fresh.folder / "reports/tftp/index.html").is_file()


def test_a_shipped_suite_judges_a_server_by_its_address(fresh, tftp_server):
    done = fresh(f"atmt test tftp --peer '{tftp_server}' -q -k test_read")
    assert done.returncode == 0, done.stdout
    record = json.loads((fresh.folder / "reports/tftp/report.json").read_text())
    assert {test["verdict"] for test in record["tests"]} == {"pass"}
    assert {run["clock"] for test in record["tests"] for run in test["runs"]} == {"real"}


def test_a_new_suite_runs_there(fresh):
    done = fresh("atmt new suite mine && pytest mine -q && atmt lint mine")
    assert done.returncode == 0, done.stdout


def test_the_virtual_clock_can_be_built_there(fresh):
    done = fresh("atmt doctor --json")
    findings = {finding["what"]: finding for finding in json.loads(done.stdout)}
    assert "virtual time" in findings, done.stdout


@pytest.fixture
def tftp_server(tmp_path):
    """Debian's TFTP server with a folder of its own, on a free port of loopback; its address for ``--peer``."""
    program = locate("in.tftpd")
    if program is None or os.geteuid() != 0:
        pytest.skip(
            "in.tftpd on loopback needs tftpd-hpa installed, and root, since it changes its root folder"
        )
    folder = tmp_path / "served"
    folder.mkdir()
    folder.chmod(0o777)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [program, "-L", "-s", "-c", "-u", "nobody", "-a", f"127.0.0.1:{port}", str(folder)]
    with subprocess.Popen(command) as server:
        try:
            yield f"udp://127.0.0.1:{port}?root={folder}"
        finally:
            server.kill()
