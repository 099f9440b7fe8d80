#!/usr/bin/python3
"""Takes each reply as soon as it is there.

usage: as_completed.py HOST:PORT (of a gatherd that has the demo backends as targets)
"""

import asyncio
import sys

import demo_pb2
import gather


async def lookup(address, key):
    """What each replica says, in the order in which they answer; and how the gather went."""
    request = demo_pb2.LookupRequest(key=key)
    calls = [gather.call(city, "/demo.Replica/Lookup", request, demo_pb2.Entry, id=city)
             for city in ("lima", "oslo", "rome")]
    async with gather.Client(address) as client:
        async with gather.as_completed(client, calls, timeout=5) as completions:
            async for outcome in completions:
                if outcome.ok:
                    print(f"{outcome.id}: {outcome.value.value}")
                else:
                    print(f"{outcome.id}: {outcome.error.code().name}: {outcome.error.details()}")
    return completions.summary


def main():
    if len(sys.argv) != 2:
        sys.exit("usage: as_completed.py HOST:PORT")
    summary = asyncio.run(lookup(sys.argv[1], "menu"))
    print(f"{summary.succeeded} succeeded, {summary.failed} failed")


if __name__ == "__main__":
    main()
