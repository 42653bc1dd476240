"""Runs the blocks of Scapy's own test files that use automata, on atmt's runtime, and counts.

    SCAPY_SOURCE=/path/to/scapy python tests/scapy/run_uts.py [-v] [FILE ...]

SCAPY_SOURCE is a checkout of Scapy's repository; its text stays there.  Each file runs in a process of its
own.  A block passes if it raises nothing and its last expression is not false.  Blocks that need the
Internet, root or another system are not run.  Knows the file format as Scapy's documentation tells it.
"""

from __future__ import annotations

import argparse
import ast
import contextlib
import io
import os
import shutil
import signal
import subprocess
import sys
import traceback
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any

FILES = {  # and the beginnings of the titles of the campaigns in them that run automata
    "test/scapy/automaton.uts": ("",),
    "test/scapy/layers/tftp.uts": ("TFTP Automatons",),
    "test/scapy/layers/http.uts": ("Test HTTP client/server", "Test HTTPS client/server"),
    "test/scapy/layers/smbclientserver.uts": ("",),
    "test/scapy/layers/tls/tlsclientserver.uts": ("",),
}
ELSEWHERE = {"netaccess", "windows", "osx", "bsd", "vcan_socket", "interact"}
PROGRAMS = {"smbclient": "/usr/sbin/smbd", "smbserver": "smbclient"}  # what tests with a keyword talk to
LIMIT = 60  # seconds that a block may take
END = "(end of file)"


@dataclass
class Block:
    """One test of a file: its title, its keywords and its code."""

    title: str
    campaign: str
    keywords: set[str]
    lines: list[str] = field(default_factory=list)

    @property
    def code(self) -> str:
        return "\n".join(self.lines)


def blocks(text: str) -> Iterator[Block]:
    """The blocks of a file; the keywords of a campaign (+) hold for each block (=) in it."""
    campaign, shared = "", set[str]()
    block: Block | None = None
    for line in text.splitlines():
        if line.startswith(("+", "=")):
            if block is not None:
                yield block
            title = line[1:].strip()
            if line.startswith("+"):
                campaign, shared, block = title, set(), None
            else:
                block = Block(title, campaign, set(shared))
        elif line.startswith("~"):
            (shared if block is None else block.keywords).update(line[1:].split())
        elif block is not None and not line.startswith(("*", "%")):
            block.lines.append(line)
    if block is not None:
        yield block


def run(code: str, names: dict[str, Any]) -> None:
    """Execute a block.  Raises what it raises, or AssertionError if its last expression is false."""
    tree = ast.parse(code)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, "<block>", "exec"), names)
    if isinstance(last, ast.Expr):
        value = eval(compile(ast.Expression(last.value), "<block>", "eval"), names)
        assert value is None or bool(value), f"the last expression is {value!r}"


def too_long(signum: int, frame: FrameType | None) -> None:
    raise TimeoutError(f"still running after {LIMIT} s")


def run_file(name: str, native: bool, verbose: bool) -> None:
    """Run one file in this process, and print a line for each block."""
    names = surroundings(native)
    absent = ELSEWHERE | {keyword for keyword, program in PROGRAMS.items() if not shutil.which(program)}
    absent |= set() if os.geteuid() == 0 else {"needs_root"}
    signal.signal(signal.SIGALRM, too_long)
    for block in blocks(Path(name).read_text()):
        if not block.campaign.startswith(FILES.get(name, ("",))):
            continue
        if reason := block.keywords & absent:
            print(f"not run  {block.title}  ({', '.join(sorted(reason))})", flush=True)
        else:
            run_block(block, names, verbose)
    print(END, flush=True)
    os._exit(0)  # threads that a failed block left behind do not hold the process


def surroundings(native: bool) -> dict[str, Any]:
    """The names that a block finds, as in Scapy's own test tool."""
    if not native:
        from atmt.compat import install

        install()
    names: dict[str, Any] = {"__name__": "__main__"}
    exec("from scapy.all import *\nfrom scapy.consts import *", names)
    source = os.getcwd()
    names["scapy_path"] = lambda path: os.path.join(source, path.lstrip("/"))
    return names


def run_block(block: Block, names: dict[str, Any], verbose: bool) -> None:
    """Run one block and print how it went."""
    said = io.StringIO()
    signal.alarm(LIMIT)
    try:
        with contextlib.redirect_stdout(said):
            run(block.code, names)
        print(f"passed   {block.title}", flush=True)
    except (Exception, SystemExit) as error:
        print(f"failed   {block.title}  ({type(error).__name__}: {error})".replace("\n", " "), flush=True)
        if verbose:
            print(said.getvalue()[-2000:], traceback.format_exc(), sep="\n", flush=True)
    finally:
        signal.alarm(0)


def count(command: list[str], source: str, sums: dict[str, int]) -> None:
    """Show what `command` prints about one file, and add it up."""
    with subprocess.Popen(
        command, cwd=source, stdout=subprocess.PIPE, text=True, errors="replace", start_new_session=True
    ) as process:
        for line in process.stdout or ():
            if line.startswith(END):
                break
            print("  " + line, end="", flush=True)
            for verdict in sums:
                sums[verdict] += line.startswith(verdict + " ")
        with contextlib.suppress(ProcessLookupError):  # servers that a block has left
            os.killpg(process.pid, signal.SIGKILL)


def lenient_openssl(source: str) -> str:
    """A configuration that lets OpenSSL speak old versions of TLS, made as Scapy's own CI does ("": none)."""
    script = Path(source, ".config/ci/openssl.py")
    if not script.exists():
        return ""
    return subprocess.run([sys.executable, str(script)], stdout=subprocess.PIPE, text=True).stdout.strip()


def main() -> int:
    """Run all files and print the sums; 1 if a block failed."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("files", nargs="*", default=FILES, help="paths in the checkout (default: all)")
    parser.add_argument("-v", "--verbose", action="store_true", help="show the traceback of failed blocks")
    parser.add_argument("--native", action="store_true", help="on Scapy's own runtime, to compare")
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    source = os.environ.get("SCAPY_SOURCE")
    if not source:
        parser.error("set SCAPY_SOURCE to a checkout of Scapy's repository")
    if options.inside:
        run_file(options.files[0], options.native, options.verbose)
    flags = ["--inside", *(["-v"] if options.verbose else []), *(["--native"] if options.native else [])]
    os.environ.setdefault("OPENSSL_CONF", lenient_openssl(source))
    sums = dict.fromkeys(("passed", "failed", "not run"), 0)
    for name in options.files:
        print(f"\n{name}")
        count([sys.executable, str(Path(__file__).resolve()), *flags, name], source, sums)
    print("\n" + ", ".join(f"{number} {verdict}" for verdict, number in sums.items()))
    return 1 if sums["failed"] else 0


if __name__ == "__main__":
    sys.exit(main())
