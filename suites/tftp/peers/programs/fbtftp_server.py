"""A server of the framework fbtftp, as its README begins one.  ``fbtftp_server.py ADDRESS PORT ROOT``"""

import os
import sys

from fbtftp.base_handler import BaseHandler, ResponseData
from fbtftp.base_server import BaseServer

RETRIES, TIMEOUT = 3, 5  # those of its README


class File(ResponseData):
    """A file of the folder that is served."""

    def __init__(self, path):
        self._size = os.stat(path).st_size
        self._reader = open(path, "rb")  # noqa: SIM115 - the framework closes it

    def read(self, n):
        return self._reader.read(n)

    def size(self):
        return self._size

    def close(self):
        self._reader.close()


class Handler(BaseHandler):
    """One transfer."""

    def __init__(self, server, peer, path, options, root):
        self._root = root
        super().__init__(server, peer, path, options, lambda stats: None)

    def get_response_data(self):
        return File(os.path.join(self._root, self._path))


class Server(BaseServer):
    """Serves one folder."""

    def __init__(self, address, port, root):
        super().__init__(address, port, RETRIES, TIMEOUT, lambda stats: None)
        self._root = root

    def get_handler(self, server, peer, path, options):
        return Handler(server, peer, path, options, self._root)


address, port, root = sys.argv[1:]
Server(address, int(port), root).run()
