"""The page's own code."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
import synthetic

import pytest_atmt.report
from pytest_atmt.report.bundle import script, style
from pytest_atmt.report.html import page

TEMPLATES = Path(pytest_atmt.report.__file__).with_name("templates")
SCRIPTS = sorted((TEMPLATES / "js").glob("*.js"))


def test_every_script_is_in_the_page_once() -> None:
    heads = re.findall(r"^// (\w+)\.js$", script(TEMPLATES), re.MULTILINE)
    assert sorted(heads) == [file.stem for file in SCRIPTS]


def test_the_page_names_no_address_but_that_of_svg() -> None:
    found = set(re.findall(r"\w+://[^\s\"'`)]+", script(TEMPLATES) + style(TEMPLATES)))
    assert found <= {"http://www.w3.org/2000/svg"}


@pytest.mark.parametrize("file", SCRIPTS, ids=lambda file: file.stem)
def test_scripts_never_make_markup_of_text(file: Path) -> None:
    text = file.read_text("utf-8")
    assert not re.search(
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function", text
    )


def test_the_page_is_the_same_for_the_same_record() -> None:
    assert page(synthetic.record()) == page(synthetic.record())


def test_a_suites_name_is_text_in_the_title() -> None:
    record = synthetic.record() | {"suite": "</title><script>alert(1)</script>"}
    assert "<script>alert" not in page(record)


def test_node_reads_every_script(tmp_path: Path) -> None:
    node = shutil.which("node")
    if node is None:
        pytest.skip("there is no Node.js here")
    bundle = tmp_path / "bundle.mjs"
    bundle.write_text(script(TEMPLATES), "utf-8")
    for file in (*SCRIPTS, bundle):
        module = tmp_path / f"{file.stem}.mjs"
        module.write_text(file.read_text("utf-8"), "utf-8")
        done = subprocess.run([node, "--check", str(module)], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
