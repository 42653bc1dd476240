"""A server of the library tftpy, which ships none.  ``tftpy_server.py ADDRESS PORT ROOT``"""

import sys

import tftpy

address, port, root = sys.argv[1:]
tftpy.TftpServer(root).listen(address, int(port))
