import socket
import threading
import time

s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind(("", 69))


def repeat(client):
    for wait in (1, 2, 4, 0):
        s.sendto(b"\0\3\0\1x", client)
        time.sleep(wait)


while True:
    _, client = s.recvfrom(999)
    threading.Thread(target=repeat, args=(client,)).start()
