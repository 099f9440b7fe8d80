#!/usr/bin/python3
"""Gathers from plain Python: no library but gRPC's, and stubs made from the .proto files.

usage: gather_page.py HOST:PORT (of a gatherd)
"""

import sys

import grpc

import demo_pb2
from gather.v1 import gather_pb2, gather_pb2_grpc


def gather_page(address):
    # [README]
    def call(id, target, method, request):
        return gather_pb2.SubCall(
            id=id, target=target, method=method, request=request.SerializeToString())

    request = gather_pb2.GatherRequest(
        policy=gather_pb2.Policy(mode=gather_pb2.MODE_COLLECT),
        calls=[
            call("ada", "users", "/demo.Users/GetUser", demo_pb2.GetUserRequest(name="ada")),
            call("nobody", "users", "/demo.Users/GetUser", demo_pb2.GetUserRequest(name="nobody")),
        ])
    options = [("grpc.max_receive_message_length", 65 << 20)]  # gRPC's own default is 4 MB
    with grpc.insecure_channel(address, options) as channel:
        response = gather_pb2_grpc.GatherServiceStub(channel).Gather(request, timeout=5)

    for outcome in response.outcomes:  # in the order of the calls
        if outcome.disposition == gather_pb2.DISPOSITION_SUCCEEDED:
            print(f"  {outcome.id:7} {demo_pb2.User.FromString(outcome.response).full_name}")
        else:
            print(f"  {outcome.id:7} code {outcome.status.code}: {outcome.status.message}")
    # [/README]
    return response


def main():
    if len(sys.argv) != 2:
        sys.exit("usage: gather_page.py HOST:PORT")
    ada, nobody = gather_page(sys.argv[1]).outcomes
    if demo_pb2.User.FromString(ada.response).full_name != "Ada Lovelace":
        sys.exit(f"gather_page.py: not the reply that was expected: {ada}")
    if nobody.status.code != grpc.StatusCode.NOT_FOUND.value[0]:
        sys.exit(f"gather_page.py: not the failure that was expected: {nobody}")


if __name__ == "__main__":
    main()
