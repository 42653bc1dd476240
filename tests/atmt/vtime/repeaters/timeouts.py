import socket

s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind(("", 69))
waits = []
while True:
    s.settimeout(waits.pop(0) if waits else None)
    try:
        _, client = s.recvfrom(999)
        waits = [1, 2, 4]
    except TimeoutError:
        pass
    s.sendto(b"\0\3\0\1x", client)
