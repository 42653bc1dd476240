"""Automata as asyncio tasks."""

from __future__ import annotations

import asyncio
import os
import socket
import threading

import pytest

from atmt import ATMT, Automaton, Stopped
from atmt.drivers import aio
from atmt.links.tcp import StreamLink


class Waiting(Automaton):
    @ATMT.state(initial=1)
    def A(self): ...

    @ATMT.ioevent(A, "go")
    def go(self, pipe):
        raise self.END(pipe.recv())

    @ATMT.timeout(A, 3600)
    def never(self): ...

    @ATMT.state(final=1)
    def END(self, word):
        return word


class Reader(Automaton):
    @ATMT.state(initial=1)
    def A(self):
        self.got = b""

    @ATMT.receive_condition(A)
    def take(self, data):
        self.got += data

    @ATMT.eof(A)
    def ended(self):
        raise self.END()

    @ATMT.state(final=1)
    def END(self):
        return self.got


def test_many_automata_run_on_one_loop_and_thread():
    async def main():
        automata = [Waiting() for _ in range(200)]
        tasks = [asyncio.create_task(a.arun()) for a in automata]
        await asyncio.sleep(0)
        threads, descriptors = threading.active_count(), len(os.listdir("/proc/self/fd"))
        for n, automaton in enumerate(automata):
            automaton.io.go.send(n)
        return threads, descriptors, await asyncio.gather(*tasks)

    before = len(os.listdir("/proc/self/fd"))
    threads, descriptors, results = asyncio.run(main())
    assert results == list(range(200))
    assert threads == threading.active_count()
    assert descriptors - before < 10


def test_packets_and_eof_arrive():
    async def main():
        ours, theirs = socket.socketpair()
        task = asyncio.create_task(Reader(link=StreamLink(ours)).arun())
        await asyncio.sleep(0)
        theirs.sendall(b"hello")
        theirs.close()
        result = await task
        ours.close()
        return result

    assert asyncio.run(main()) == b"hello"


def test_cancelling_leaves_nothing():
    async def main():
        ours, theirs = socket.socketpair()
        with ours, theirs:
            automaton = Reader(link=StreamLink(ours))
            task = asyncio.create_task(automaton.arun())
            await asyncio.sleep(0)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            assert not automaton.isrunning()
            assert asyncio.get_running_loop().remove_reader(ours) is False

    asyncio.run(main())


def test_stop_from_the_loop_and_from_another_thread():
    async def main(stop):
        automaton = Waiting()
        task = asyncio.create_task(automaton.arun())
        await asyncio.sleep(0)
        await stop(automaton)
        with pytest.raises(Stopped):
            await task

    async def here(automaton):
        automaton.stop()

    async def there(automaton):
        await asyncio.to_thread(automaton.stop)

    asyncio.run(main(here))
    asyncio.run(main(there))


def test_an_exception_of_user_code_reaches_who_awaits():
    class Broken(Automaton):
        @ATMT.state(initial=1)
        def A(self):
            raise RuntimeError("boom")

    with pytest.raises(RuntimeError, match="boom"):
        asyncio.run(Broken().arun())


def test_a_busy_automaton_lets_the_others_run():
    class Busy(Automaton):
        @ATMT.state(initial=1)
        def A(self): ...

        @ATMT.timer(A, 0)
        def tick(self): ...

    async def main():
        busy, waiting = Busy(), Waiting()
        tasks = [asyncio.create_task(a.arun()) for a in (busy, waiting)]
        await asyncio.sleep(0)
        waiting.io.go.send("served")
        assert await tasks[1] == "served"
        busy.stop()
        with pytest.raises(Stopped):
            await tasks[0]

    asyncio.run(main())


def test_a_limit_ends_the_run():
    from atmt import DeadlineExceeded

    automaton = Waiting()
    asyncio.run(aio.run(automaton, limit=0.005))
    assert isinstance(automaton.interpreter.error, DeadlineExceeded)
