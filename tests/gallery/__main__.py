"""Judge every peer that is installed here, and write what came out into reports/gallery/.

Everything in it is made from one record: the page, cut down to what did not pass, the matrix in Markdown, and
pictures of the page.  Knows no protocol.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from pytest_atmt import record
from pytest_atmt.report import matrix
from pytest_atmt.report.html import page

from . import findings, places, readings
from .pictures import chromium, path, take

ROOT = Path(__file__).parents[2]
GALLERY = ROOT / "reports" / "gallery"
RUN = Path("reports") / "gallery-run"  # relative, so that no folder of this machine stands in the record
ROOM = 250_000  # characters for packets in the page: what did not pass, and some of the rest


def main(arguments: list[str]) -> int:
    """Run the suite unless ``--from FOLDER`` names a report; returns 0 unless the run itself broke."""
    if arguments[:1] == ["--from"]:
        folder = Path(arguments[1])
    else:
        folder = ROOT / RUN
        run(arguments)
    with chromium() as browser:
        document = places.without(record.read(folder), places.own(ROOT))
        write(document, GALLERY, browser)  # if it fails, the record is there for --from
    if folder == ROOT / RUN:
        shutil.rmtree(folder)
    print(f"written: {GALLERY.relative_to(ROOT)}: {size(GALLERY) / 1e6:.2f} MB")
    return 0


def run(arguments: list[str]) -> None:
    """Judge all peers.  That some of them fail is what the gallery is for; anything else ends here."""
    _say("the suite with every peer that is installed")
    command = [sys.executable, "-m", "pytest", "suites/tftp", "--peer", "all", "--atmt-report", str(RUN)]
    done = subprocess.run([*command, "-p", "no:cacheprovider", "-q", *arguments], cwd=ROOT)
    if done.returncode not in (0, 1, 6) or not (ROOT / RUN / record.FILE).exists():
        raise SystemExit(f"the run ended with exit code {done.returncode}; see above")


def write(document: dict[str, Any], folder: Path, browser: Any) -> None:
    """Make the folder's content anew from one record; what is there stays until all of it is made."""
    made = folder.with_name(f"{folder.name}.part")
    shutil.rmtree(made, ignore_errors=True)
    made.mkdir(parents=True)
    for test in document["tests"]:
        test.pop("capture", None)  # captures are not published
    _fill(document, made, browser)
    shutil.rmtree(folder, ignore_errors=True)
    made.rename(folder)


def _fill(document: dict[str, Any], folder: Path, browser: Any) -> None:
    _say(f"the page of {len(document['tests']):,} tests with {len(document['peers'])} peers")
    (folder / "index.html").write_text(page(document, ROOM), "utf-8")
    (folder / "matrix.md").write_text(matrix.render(document), "utf-8")
    (folder / "findings.md").write_text(findings.render(document), "utf-8")
    (folder / "opened.md").write_text(readings.render(document, readings.load()), "utf-8")
    (folder / "path.svg").write_text(path(document), "utf-8")
    _say("pictures of it")
    take(browser, folder / "index.html", document)


def _say(text: str) -> None:
    """What is being made: with many peers each part takes its time."""
    print(f"gallery: {text}", flush=True)


def size(folder: Path) -> int:
    """Octets of all files in a folder."""
    return sum(file.stat().st_size for file in folder.iterdir())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
