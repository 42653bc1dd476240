"""A server of nobodd's classes that serves a folder.  ``nobodd_server.py ADDRESS PORT ROOT``"""

import sys

from nobodd.tftpd import SimpleTFTPServer

address, port, root = sys.argv[1:]
with SimpleTFTPServer((address, int(port)), root) as server:
    server.serve_forever()
