#!/usr/bin/python3
"""Crawls a site with a group that grows as pages come, from plain Python.

usage: task_group.py HOST:PORT (of a gatherd that has the demo backends as targets)
"""

import queue
import sys

import grpc

import demo_pb2
from gather.v1 import gather_pb2, gather_pb2_grpc


def crawl(address, start):
    """Yields the outcome of each page that can be reached from there, then the summary."""
    requests = queue.SimpleQueue()  # what the group is sent; None ends it
    seen = set()

    def add(path):
        if path in seen:
            return
        seen.add(path)
        fetch = demo_pb2.FetchRequest(path=path).SerializeToString()
        requests.put(gather_pb2.TaskGroupRequest(add=gather_pb2.SubCall(id=path, request=fetch)))

    requests.put(gather_pb2.TaskGroupRequest(open=gather_pb2.Open(
        policy=gather_pb2.Policy(mode=gather_pb2.MODE_COLLECT),
        max_concurrency=4,
        defaults=gather_pb2.SubCall(target="site", method="/demo.Site/Fetch"))))
    add(start)
    ended = 0
    options = [("grpc.max_receive_message_length", 65 << 20)]  # gRPC's own default is 4 MB
    with grpc.insecure_channel(address, options) as channel:
        stub = gather_pb2_grpc.GatherServiceStub(channel)
        for response in stub.TaskGroup(iter(requests.get, None), timeout=30):
            if response.HasField("summary"):
                yield response.summary
            if not response.HasField("outcome"):
                continue
            yield response.outcome
            # A page that failed has no bytes, and so no links.
            for link in demo_pb2.Page.FromString(response.outcome.response).links:
                add(link)
            ended += 1
            if ended == len(seen):
                requests.put(None)  # half-close: no more pages, the group may join


def main():
    if len(sys.argv) != 2:
        sys.exit("usage: task_group.py HOST:PORT")
    *pages, summary = crawl(sys.argv[1], "/")
    for page in pages:
        print(f"{page.index} {page.id:10}", page.status.message or "OK")
    print(f"{summary.succeeded} pages, {summary.failed} gone")


if __name__ == "__main__":
    main()
