#!/usr/bin/python3
"""Crawls a site with a group that grows as pages come.

usage: task_group.py HOST:PORT (of a gatherd that has the demo backends as targets)
"""

import asyncio
import sys

import demo_pb2
import gather
from gather import Policy, call


async def crawl(address, start):
    """Prints what became of each page that can be reached from there; how the group went."""
    seen = {start}

    async def fetch(group, path):
        request = demo_pb2.FetchRequest(path=path)
        page = group.create_task(call("site", "/demo.Site/Fetch", request, demo_pb2.Page, id=path))
        outcome = await page.settled()
        print(f"{outcome.index} {path:10}", "OK" if outcome.ok else outcome.error.details())
        links = [link for link in outcome.value.links if link not in seen] if outcome.ok else []
        seen.update(links)
        await asyncio.gather(*[fetch(group, link) for link in links])

    async with gather.Client(address) as client:
        async with gather.TaskGroup(client, policy=Policy.collect(), max_concurrency=4) as group:
            await fetch(group, start)
    return group.summary


def main():
    if len(sys.argv) != 2:
        sys.exit("usage: task_group.py HOST:PORT")
    summary = asyncio.run(crawl(sys.argv[1], "/"))
    print(f"{summary.succeeded} pages, {summary.failed} gone")


if __name__ == "__main__":
    main()
