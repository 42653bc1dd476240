import select
import socket

s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind(("", 69))
while True:
    _, client = s.recvfrom(999)
    for wait in (1, 2, 4, 0):
        s.sendto(b"\0\3\0\1x", client)
        select.select([], [], [], wait)
