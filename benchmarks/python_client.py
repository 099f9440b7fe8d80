#!/usr/bin/python3
"""Runs gathers from Python, as told on standard input: the client process of a measurement.

    python_client.py --door=NAME --backend=ADDRESS --gatherd=ADDRESS

python-gather is asyncio.gather, python-taskgroup asyncio.TaskGroup over grpc.aio, as people write
them: a generated stub, one channel, a 30 s deadline on every call. python-gatherd is the package of
clients/python. All make a request message for each call and read a reply message of it. The lines
are door_runner's.
"""

import asyncio
import itertools
import math
import sys
import time

import echo_pb2
import echo_pb2_grpc
import grpc.aio

import gather

SERVICE = "/gather.benchmarks.v1.EchoService/"
DEADLINE_S = 30
# Long-tail calls, where there are any: so many calls have one.
SLOW_EVERY = 100
MOST_BYTES = (1 << 31) - 1


class Direct:
    """One channel to the backend. A door is made of a backend's and of gatherd's address."""

    def __init__(self, backend, gatherd):
        channel = grpc.aio.insecure_channel(backend, [("grpc.max_receive_message_length", -1)])
        self._stub = echo_pb2_grpc.EchoServiceStub(channel)

    def start(self, payload, slow):
        method = self._stub.EchoSlowly if slow else self._stub.Echo
        return method(echo_pb2.EchoRequest(payload=payload), timeout=DEADLINE_S)


class AsyncioGather(Direct):

    async def run(self, payload, slow_ones):
        return await asyncio.gather(*[self.start(payload, slow) for slow in slow_ones])


class AsyncioTaskGroup(Direct):

    async def run(self, payload, slow_ones):
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(self._echo(payload, slow)) for slow in slow_ones]
        return [task.result() for task in tasks]

    async def _echo(self, payload, slow):
        return await self.start(payload, slow)


class Gatherd:

    def __init__(self, backend, gatherd):
        self._client = gather.Client(gatherd, max_response_bytes=MOST_BYTES // 2)

    async def run(self, payload, slow_ones):
        return await gather.gather(self._client, *[
            gather.call("echo", SERVICE + ("EchoSlowly" if slow else "Echo"),
                        echo_pb2.EchoRequest(payload=payload), echo_pb2.EchoResponse)
            for slow in slow_ones
        ], timeout=DEADLINE_S)


DOORS = {
    "python-gather": AsyncioGather,
    "python-taskgroup": AsyncioTaskGroup,
    "python-gatherd": Gatherd,
}


class Run:
    """What one line asks for: gathers in as many lanes as there are to be at once."""

    def __init__(self, door, calls, at_once, payload_bytes, levels, slow, gathers):
        if levels != 1 or gathers < 1:
            sys.exit("python_client: not a run")
        self._door = door
        self._calls = calls
        self._at_once = at_once
        self._payload = b"x" * payload_bytes
        self._slow = slow
        self._unstarted = gathers
        self._launched = itertools.count(1)
        self._errors = 0
        self._each = []

    async def measure(self):
        """Errors, nanoseconds of all gathers, and p50, p90 and p99 of a single one."""
        start = time.perf_counter_ns()
        await asyncio.gather(*[self._lane() for _ in range(self._at_once)])
        wall = time.perf_counter_ns() - start
        each = sorted(self._each)
        ranks = [math.ceil(len(each) * percent / 100) for percent in (50, 90, 99)]
        return self._errors, wall, *(each[rank - 1] for rank in ranks)

    async def _lane(self):
        while self._unstarted > 0:
            self._unstarted -= 1
            begin = time.perf_counter_ns()
            await self._gather()
            self._each.append(time.perf_counter_ns() - begin)

    async def _gather(self):
        slow_ones = [self._slow and next(self._launched) % SLOW_EVERY == 0
                     for _ in range(self._calls)]
        try:
            replies = await self._door.run(self._payload, slow_ones)
        except grpc.RpcError as error:
            self._fail(self._calls, error)
            return
        except ExceptionGroup as group:
            self._fail(self._calls, group.exceptions[0])
            return
        wrong = sum(len(reply.payload) != len(self._payload) for reply in replies)
        if wrong > 0:
            self._fail(wrong, "replies of another length")

    def _fail(self, calls, why):
        if self._errors == 0:
            print(why, file=sys.stderr)
        self._errors += calls


async def main():
    flags = dict(argument.split("=", 1) for argument in sys.argv[1:])
    door = DOORS[flags["--door"]](flags["--backend"], flags["--gatherd"])
    print("ready", flush=True)
    while line := await asyncio.to_thread(sys.stdin.readline):
        print(*await Run(door, *map(int, line.split())).measure(), flush=True)


if __name__ == "__main__":
    asyncio.run(main())
