"""What tests of TaskGroup share."""

import os
import queue
import subprocess
import sys

from gather.v1 import gather_pb2 as pb
from tests.wire import wire_test_support as wire
from tests.wire.wire_test_support import call

HELD = "/x.Y/Held"

# A program that opens a group, adds sub-calls that hang, and waits to be killed. Its arguments: the
# address and their number.
_CLIENT = """
import sys, threading
from tests.wire import group_test_support, wire_test_support as wire
group = group_test_support.Group(wire.Client(sys.argv[1]), timeout=None)
group.open()
group.add(*[wire.hanging() for _ in range(int(sys.argv[2]))])
threading.Event().wait()
"""


def held(**fields):
    """A sub-call that waits for `backend.release(HELD)`, after `backend.hold(HELD)`."""
    return call(method=HELD, **fields)


class Group:
    """A TaskGroup RPC, driven message by message. What is sent goes out on a thread of gRPC's."""

    def __init__(self, client, timeout=wire.PATIENCE_S, metadata=None):
        self._messages = queue.SimpleQueue()
        self.stream = client.stub.TaskGroup(
            iter(self._messages.get, None), timeout=timeout, metadata=metadata)
        self._events = []

    def send(self, message):
        self._messages.put(message)

    def open(self, mode=0, error_delivery=0, min_successes=0, **fields):
        """Opens the group and returns its id."""
        policy = pb.Policy(mode=mode, error_delivery=error_delivery, min_successes=min_successes)
        self.send(pb.TaskGroupRequest(open=pb.Open(policy=policy, **fields)))
        return next(self.stream).opened.gather_id

    def add(self, *calls):
        for sub_call in calls:
            self.send(pb.TaskGroupRequest(add=sub_call))

    def cancel(self, sub_call_id):
        self.send(pb.TaskGroupRequest(cancel=pb.CancelSubCall(id=sub_call_id)))

    def end_early(self):
        self.send(pb.TaskGroupRequest(end_early=pb.EndEarly()))

    def next(self, keep=True):
        """The next outcome; one that is kept is in the whole answer, too."""
        event = next(self.stream)
        if keep:
            self._events.append(event)
        return event.outcome

    def rest(self):
        """The whole answer of a group that ends by itself."""
        answer = wire.rest_of(self.stream, self._events)
        self.send(None)
        return answer

    def no_more(self):
        """Half-closes."""
        self.send(None)

    def join(self):
        """Half-closes; the whole answer."""
        self.no_more()
        return self.rest()


class GroupTest(wire.ProcessTest):
    """A backend and a gatherd for each test, so that counts start from zero."""

    flags = ()

    def setUp(self):
        super().setUp()
        self.backend = self.start(wire.Backend)
        self.gatherd = self.start(wire.Gatherd, {"a": self.backend.address}, *self.flags)

    def group(self, *arguments, **fields):
        group = Group(self.gatherd)
        group.id = group.open(*arguments, **fields)
        return group

    def start_client(self, sub_calls):
        """A client in a process of its own. Its sub-calls, which hang, have arrived."""
        client = subprocess.Popen(
            [sys.executable, "-c", _CLIENT, self.gatherd.address, str(sub_calls)],
            env=dict(os.environ, PYTHONPATH=os.pathsep.join(sys.path)))
        self.addCleanup(client.wait)
        self.addCleanup(client.kill)
        self.await_calls(sub_calls)
        return client

    def await_calls(self, count):
        self.backend.wait_for(lambda now: now["calls"] == count)

    def await_cancels(self, count):
        self.backend.wait_for(lambda now: now["cancelled"] == count)
