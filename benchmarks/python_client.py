#!/usr/bin/python3
"""Runs gathers from Python, as told on standard input: the client process of a measurement.

    python_client.py --door=direct|gatherd --backend=ADDRESS --gatherd=ADDRESS

direct: asyncio.gather over grpc.aio, a generated stub and one channel, as people write it, with a
30 s deadline on every call. gatherd: the package of clients/python. Both make a request message for
each call and read a reply message of it. The lines are door_runner's.
"""

import asyncio
import sys
import time

import echo_pb2
import echo_pb2_grpc
import grpc.aio

import gather

METHOD = "/gather.benchmarks.v1.EchoService/Echo"
DEADLINE_S = 30


class Direct:

    def __init__(self, flags):
        channel = grpc.aio.insecure_channel(flags["--backend"])
        self._stub = echo_pb2_grpc.EchoServiceStub(channel)

    async def run(self, payload, calls):
        return await asyncio.gather(*[
            self._stub.Echo(echo_pb2.EchoRequest(payload=payload), timeout=DEADLINE_S)
            for _ in range(calls)
        ])


class Gatherd:

    def __init__(self, flags):
        self._client = gather.Client(flags["--gatherd"])

    async def run(self, payload, calls):
        return await gather.gather(self._client, *[
            gather.call("echo", METHOD, echo_pb2.EchoRequest(payload=payload), echo_pb2.EchoResponse)
            for _ in range(calls)
        ], timeout=DEADLINE_S)


async def gather_once(door, payload, calls):
    """How many sub-calls did not bring their payload back."""
    try:
        replies = await door.run(payload, calls)
    except grpc.RpcError as error:
        print(error, file=sys.stderr)
        return calls
    return sum(len(reply.payload) != len(payload) for reply in replies)


async def measure(door, calls, at_once, payload_bytes, gathers):
    """Errors, nanoseconds of all gathers, and the median one's; 0 where several ran at once."""
    payload = b"x" * payload_bytes
    errors = 0
    each = []
    start = time.perf_counter_ns()
    for first in range(0, gathers, at_once):
        begin = time.perf_counter_ns()
        errors += sum(await asyncio.gather(*[
            gather_once(door, payload, calls) for _ in range(min(at_once, gathers - first))
        ]))
        each.append(time.perf_counter_ns() - begin)
    wall = time.perf_counter_ns() - start
    return errors, wall, sorted(each)[len(each) // 2] if at_once == 1 else 0


async def main():
    flags = dict(argument.split("=", 1) for argument in sys.argv[1:])
    door = {"direct": Direct, "gatherd": Gatherd}[flags["--door"]](flags)
    print("ready", flush=True)
    while line := await asyncio.to_thread(sys.stdin.readline):
        print(*await measure(door, *map(int, line.split())), flush=True)


if __name__ == "__main__":
    asyncio.run(main())
