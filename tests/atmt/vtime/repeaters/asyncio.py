import asyncio


class Server(asyncio.DatagramProtocol):
    def connection_made(self, transport):
        self.transport = transport

    def datagram_received(self, data, client):
        self.say(client, 1)

    def say(self, client, wait):
        self.transport.sendto(b"\0\3\0\1x", client)
        if wait < 8:
            asyncio.get_running_loop().call_later(wait, self.say, client, 2 * wait)


async def serve():
    await asyncio.get_running_loop().create_datagram_endpoint(Server, ("0.0.0.0", 69))
    await asyncio.Event().wait()


asyncio.run(serve())
