"""Graphviz, and what is said without it."""

from __future__ import annotations

import re
import shutil
import subprocess
import xml.etree.ElementTree as xml

import pytest

from atmt import ATMT, Automaton, errors
from atmt.draw import Picture, dot, engine, render, save, show, svg

needs_graphviz = pytest.mark.skipif(
    not (shutil.which("dot") or engine.importlib.util.find_spec("pygraphviz")), reason="no Graphviz here"
)


@pytest.fixture
def without_graphviz(monkeypatch):
    monkeypatch.setattr(engine.importlib.util, "find_spec", lambda name: None)
    monkeypatch.setattr(engine.shutil, "which", lambda name: None)


@needs_graphviz
def test_the_svg_has_each_id_once_and_unescaped(graph):
    drawn = svg(graph)
    assert drawn.startswith("<svg")
    xml.fromstring(drawn)
    ids = re.findall(r'\bid="([^"]*)"', drawn)
    wanted = {thing.id for thing in (*Picture.of(graph).nodes, *Picture.of(graph).arrows)}
    assert wanted <= set(ids)
    assert len(ids) == len(set(ids))


@needs_graphviz
def test_the_ending_of_the_file_is_its_format(graph, tmp_path):
    assert save(graph, tmp_path / "sample.png").read_bytes().startswith(b"\x89PNG")
    assert save(graph, tmp_path / "sample.mmd").read_text().startswith("stateDiagram-v2")


def test_a_class_draws_itself_under_scapys_names(tmp_path):
    class Machine(Automaton):
        @ATMT.state(initial=True)
        def BEGIN(self) -> None: ...

    assert Machine.build_graph() == Machine.graph(string=True) == dot(Machine.atmt_graph)
    assert Machine.graph(str(tmp_path / "machine.txt")) == str(tmp_path / "machine.txt")
    assert (tmp_path / "machine.txt").read_text().startswith("Machine: 1 state, 0 transitions")


def test_a_redirection_is_a_file_as_in_scapy(graph, tmp_path):
    assert show(graph, f"> {tmp_path}/sample.dot") == f"{tmp_path}/sample.dot"
    assert (tmp_path / "sample.dot").read_text().startswith("digraph")


def test_another_format_is_refused_with_the_list(graph, tmp_path):
    with pytest.raises(errors.TesterFault, match=r"jpg.*svg, png"):
        save(graph, tmp_path / "sample.jpg")


@pytest.mark.usefixtures("without_graphviz")
def test_without_graphviz_the_remedy_is_told(graph, tmp_path):
    with pytest.raises(errors.EnvironmentFault, match=r"pytest-atmt\[graph\].*\.mmd"):
        save(graph, tmp_path / "sample.svg")


@pytest.mark.usefixtures("without_graphviz")
def test_without_a_screen_the_remedy_is_told(graph):
    with pytest.raises(errors.EnvironmentFault, match="Write it to a file"):
        show(graph)


def test_a_layout_that_takes_too_long_is_given_up(monkeypatch):
    monkeypatch.setattr(engine, "_command", lambda form: ("sleep", "60"))
    with pytest.raises(errors.EnvironmentFault, match=r"within 0\.01 s"):
        render("digraph {}", "svg", limit=0.01)


def test_what_graphviz_complains_of_is_told(monkeypatch):
    monkeypatch.setattr(engine, "_command", lambda form: ("sh", "-c", "echo syntax error >&2; exit 3"))
    with pytest.raises(errors.EnvironmentFault, match=r"exit code 3.*syntax error"):
        render("digraph {", "svg")


def test_a_dot_program_serves_where_pygraphviz_is_not(monkeypatch, tmp_path):
    (tmp_path / "dot").write_text("#!/bin/sh\ncat\n")
    (tmp_path / "dot").chmod(0o755)
    monkeypatch.setattr(engine.importlib.util, "find_spec", lambda name: None)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    assert render("digraph {}", "svg") == b"digraph {}"
    assert subprocess.run(["dot"], input=b"x", capture_output=True, check=True).stdout == b"x"
