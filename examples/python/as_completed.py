#!/usr/bin/python3
"""Takes each reply as soon as it is there, from plain Python.

usage: as_completed.py HOST:PORT (of a gatherd that has the demo backends as targets)
"""

import sys

import grpc

import demo_pb2
from gather.v1 import gather_pb2, gather_pb2_grpc


def lookup(address, key):
    """What each replica says, in the order in which they answer; and how the gather went."""
    request = gather_pb2.GatherRequest(
        policy=gather_pb2.Policy(mode=gather_pb2.MODE_COLLECT),
        # What all calls have in common; one request goes to every replica.
        defaults=gather_pb2.SubCall(
            method="/demo.Replica/Lookup",
            request=demo_pb2.LookupRequest(key=key).SerializeToString()),
        calls=[gather_pb2.SubCall(id=city, target=city) for city in ("lima", "oslo", "rome")])

    options = [("grpc.max_receive_message_length", 65 << 20)]  # gRPC's own default is 4 MB
    with grpc.insecure_channel(address, options) as channel:
        for event in gather_pb2_grpc.GatherServiceStub(channel).AsCompleted(request, timeout=5):
            if event.HasField("summary"):
                return event.summary
            outcome = event.outcome
            if outcome.disposition == gather_pb2.DISPOSITION_SUCCEEDED:
                print(f"{outcome.id}: {demo_pb2.Entry.FromString(outcome.response).value}")
            else:
                print(f"{outcome.id}: code {outcome.status.code}: {outcome.status.message}")


def main():
    if len(sys.argv) != 2:
        sys.exit("usage: as_completed.py HOST:PORT")
    summary = lookup(sys.argv[1], "menu")
    print(f"{summary.succeeded} succeeded, {summary.failed} failed")


if __name__ == "__main__":
    main()
