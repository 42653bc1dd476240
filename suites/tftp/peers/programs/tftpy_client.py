"""A client of the library tftpy.  ``tftpy_client.py ADDRESS PORT get|put NAME LOCAL [OPTION=VALUE]...``"""

import os
import sys

import tftpy

address, port, verb, name, local, *wishes = sys.argv[1:]
options = {key: int(value) for key, _, value in (wish.partition("=") for wish in wishes)}
if verb == "put" and "tsize" in options:
    options["tsize"] = os.path.getsize(local)
client = tftpy.TftpClient(address, int(port), options)
try:
    client.download(name, local) if verb == "get" else client.upload(name, local)
except Exception as error:
    sys.exit(f"{type(error).__name__}: {error}")
