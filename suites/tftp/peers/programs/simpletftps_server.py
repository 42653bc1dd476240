"""A server of the extension module simpleTFTPS, which takes functions.  ``simpletftps_server.py ADDRESS PORT ROOT``

Its function for reading gives text, so a file is handed over as text; the one for writing is given no content
and so refuses.
"""

import sys
from pathlib import Path

import simpleTFTPS

address, port, root = sys.argv[1:]


def read(name):
    file = Path(root, name)
    return file.read_bytes().decode("utf-8", "surrogateescape") if file.is_file() else None


def write(name):
    return False


simpleTFTPS.run(f"{address}:{port}", read, write)
