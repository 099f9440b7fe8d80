"""What tests of the plain wire share: processes, a client, and readers of answers.

Everything here is what any Python program can do with grpcio and the generated stubs; nothing of
the C++ SDK. Inside Bazel the binaries are found among the test's data. Outside of it, the variables
GATHERD, TEST_BACKEND and TEST_SCRIPTED name them.
"""

import collections
import os
import signal
import socket
import subprocess
import threading
import time
import unittest

# What a child process is given, which is not to have the following setting.
_ENVIRONMENT = dict(os.environ)

# An idle channel of ours looks at its connection every 5 s, and a server that has said goodbye
# waits until then. Read when gRPC is loaded.
os.environ.setdefault("GRPC_CLIENT_CHANNEL_BACKUP_POLL_INTERVAL_MS", "100")

import grpc
from google.protobuf import any_pb2
from google.protobuf import duration_pb2

from gather.v1 import gather_pb2
from gather.v1 import gather_pb2_grpc

GATHERD = os.environ.get("GATHERD", "server/gatherd")
TEST_BACKEND = os.environ.get("TEST_BACKEND", "tests/support/backend_main")
TEST_SCRIPTED = os.environ.get("TEST_SCRIPTED", "tests/support/scripted_main")

# A sanitizer's own memory says nothing of ours.
SANITIZED = "ASAN_OPTIONS" in os.environ

# grpc.health.v1.HealthCheckResponse{status: SERVING}, and NOT_SERVING.
SERVING = b"\x08\x01"
NOT_SERVING = b"\x08\x02"

ERROR_INFO_URL = "type.googleapis.com/google.rpc.ErrorInfo"
GATHER_FAILURE_URL = "type.googleapis.com/gather.v1.GatherFailure"

# Long enough for a loaded machine; only a failing test waits so long.
PATIENCE_S = 60

_CLIENT_OPTIONS = (
    ("grpc.max_receive_message_length", -1),
    ("grpc.max_send_message_length", -1),
    ("grpc.enable_http_proxy", 0),
    ("grpc.use_local_subchannel_pool", 1),
)


class Process:
    """A child process that says on standard error where it serves."""

    def __init__(self, arguments, ready_prefix):
        self._process = subprocess.Popen(
            arguments, stderr=subprocess.PIPE, text=True, env=_ENVIRONMENT)
        self.lines = []
        self.address = self._await_ready(ready_prefix)
        # A full pipe would stop the process.
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    @property
    def pid(self):
        return self._process.pid

    def _await_ready(self, ready_prefix):
        for line in self._process.stderr:
            self.lines.append(line)
            if line.startswith(ready_prefix):
                return line[len(ready_prefix):].strip()
        raise AssertionError("ended without serving: %s" % "".join(self.lines))

    def _read(self):
        for line in self._process.stderr:
            self.lines.append(line)

    def signal(self, number):
        self._process.send_signal(number)

    def wait(self, timeout=PATIENCE_S):
        """The exit status."""
        status = self._process.wait(timeout)
        self._reader.join(timeout)
        self._process.stderr.close()
        return status

    def stop(self):
        if self._process.poll() is None:
            self.signal(signal.SIGKILL)
        if not self._process.stderr.closed:
            self.wait()

    def memory_kb(self, field):
        with open("/proc/%d/status" % self.pid, encoding="ascii") as status:
            for line in status:
                if line.startswith(field + ":"):
                    return int(line.split()[1])
        raise KeyError(field)

    def forget_memory_peak(self):
        with open("/proc/%d/clear_refs" % self.pid, "w", encoding="ascii") as clear_refs:
            clear_refs.write("5")


# One call as a backend saw it; times in nanoseconds of time.monotonic_ns(), 0 for never.
SeenCall = collections.namedtuple("SeenCall", "method arrived ended cancelled")


class Backend(Process):
    """A programmable backend in a process of its own; see tests/support/behavior.h."""

    def __init__(self, port=0):
        super().__init__([TEST_BACKEND, "--port=%d" % port], "backend: serving on ")
        self._channel = grpc.insecure_channel(self.address, options=_CLIENT_OPTIONS)

    @property
    def port(self):
        return int(self.address.rsplit(":", 1)[1])

    def _control(self, name, request=b""):
        call = self._channel.unary_unary("/test.Control/" + name)
        return call(request, timeout=PATIENCE_S, wait_for_ready=True).decode()

    def stats(self):
        return self._numbers("Stats")

    def forget_peak(self):
        """The stats; max_in_flight counts from now on."""
        return self._numbers("ForgetPeak")

    def _numbers(self, control):
        return {
            name: int(value)
            for name, value in (line.split() for line in self._control(control).splitlines())
        }

    def calls(self):
        lines = (line.split() for line in self._control("Calls").splitlines())
        return [SeenCall(line[0], *map(int, line[1:])) for line in lines]

    def hold(self, method):
        self._control("Hold", method.encode())

    def release(self, method):
        self._control("Release", method.encode())

    def wait_for(self, condition, timeout=PATIENCE_S):
        """Asks until the condition holds for the stats, and returns them."""
        deadline = time.monotonic() + timeout
        while True:
            stats = self.stats()
            if condition(stats):
                return stats
            if time.monotonic() > deadline:
                raise AssertionError("the backend has only seen %s" % stats)

    def stop(self):
        self._channel.close()
        super().stop()


class Scripted(Process):
    """A backend that goes wrong; see tests/support/scripted_main.cc."""

    def __init__(self, script, *arguments):
        super().__init__([TEST_SCRIPTED, script, *arguments], "scripted: serving on ")


class Client:
    """What a program needs to call the gatherd at an address."""

    def __init__(self, address, options=()):
        self.channel = grpc.insecure_channel(address, options=[*_CLIENT_OPTIONS, *options])
        self.stub = gather_pb2_grpc.GatherServiceStub(self.channel)


class Gatherd(Process):
    """gatherd with named targets, and a client to it."""

    def __init__(self, targets, *flags):
        pairs = ",".join("%s=%s" % pair for pair in targets.items())
        arguments = [GATHERD, "--listen=127.0.0.1:0"]
        if pairs:
            arguments.append("--targets=" + pairs)
        super().__init__(arguments + list(flags), "gatherd: serving on ")
        client = Client(self.address)
        self.channel = client.channel
        self.stub = client.stub

    def gather(self, request, timeout=PATIENCE_S, **options):
        return answer_of(lambda: self.stub.Gather.with_call(request, timeout=timeout, **options))

    def as_completed(self, request, timeout=PATIENCE_S, **options):
        return rest_of(self.stub.AsCompleted(request, timeout=timeout, **options))

    def await_drain(self):
        """Until it no longer says that it serves."""
        check = self.channel.unary_unary("/grpc.health.v1.Health/Check")
        try:
            while check(b"", timeout=PATIENCE_S) == SERVING:
                pass
        except grpc.RpcError:
            pass  # it takes no new calls any more

    def await_closed(self):
        """Until it takes no connection any more."""
        host, port = self.address.rsplit(":", 1)
        while True:
            try:
                socket.create_connection((host, int(port)), PATIENCE_S).close()
            except ConnectionRefusedError:
                return
            except ConnectionResetError:
                pass  # it closes just now

    def stop(self):
        self.channel.close()
        super().stop()


class Answer:
    """One RPC's whole answer, an error or not."""

    def __init__(self, response, call):
        self.response = response
        self.code = call.code()
        self.message = call.details() or ""
        self.trailers = [(entry[0], entry[1]) for entry in call.trailing_metadata() or ()]

    def trailer(self, key):
        """The value of the only trailer of that name, or None."""
        values = [value for name, value in self.trailers if name == key]
        if len(values) > 1:
            raise AssertionError("%d trailers %s" % (len(values), key))
        return values[0] if values else None

    @property
    def outcomes(self):
        return self.response.outcomes

    @property
    def details_bytes(self):
        return self.trailer("grpc-status-details-bin") or b""

    @property
    def status(self):
        return gather_pb2.Status.FromString(self.details_bytes)

    def detail(self, url, message_type):
        for detail in self.status.details:
            if detail.type_url == url:
                return message_type.FromString(detail.value)
        return None

    @property
    def error_info(self):
        return self.detail(ERROR_INFO_URL, gather_pb2.ErrorInfo)

    @property
    def failure(self):
        return self.detail(GATHER_FAILURE_URL, gather_pb2.GatherFailure)


def answer_in_time(ask, tries=5):
    """The server's answer. The machine may be so loaded that 10 ms are too short to give it."""
    for _ in range(tries):
        answer = ask()
        if answer.code == grpc.StatusCode.OK or answer.error_info is not None:
            break
    return answer


class StreamAnswer(Answer):
    """The whole answer of a streaming RPC: what it sent, and its status."""

    def __init__(self, events, call):
        super().__init__(None, call)
        self._outcomes = [event.outcome for event in events if event.HasField("outcome")]
        self._summaries = [event.summary for event in events if event.HasField("summary")]
        if self._summaries and not events[-1].HasField("summary"):
            raise AssertionError("the summary is not the last event: %s" % events)

    @property
    def outcomes(self):
        """In the order in which they came."""
        return self._outcomes

    @property
    def by_id(self):
        return {outcome.id: outcome for outcome in self._outcomes}

    @property
    def told_nothing(self):
        return not self._outcomes and not self._summaries

    @property
    def summary(self):
        (summary,) = self._summaries
        return summary

    @property
    def decision(self):
        return self.summary.decision


def rest_of(stream, events=()):
    """Reads a stream to its end; `events` have been read before."""
    events = list(events)
    try:
        for event in stream:
            events.append(event)
    except grpc.RpcError:
        pass
    return StreamAnswer(events, stream)


def answer_of(start):
    try:
        response, call = start()
        return Answer(response, call)
    except grpc.RpcError as error:
        return Answer(None, error)


def duration(seconds):
    nanoseconds = round(seconds * 1e9)
    whole = abs(nanoseconds) // 10**9
    rest = abs(nanoseconds) % 10**9
    sign = -1 if nanoseconds < 0 else 1
    return duration_pb2.Duration(seconds=sign * whole, nanos=sign * rest)


def seconds(value):
    return value.seconds + value.nanos / 1e9


def entries(**metadata):
    """Metadata for a request: `x_test_code=5` is the entry "x-test-code: 5"."""
    return [entry(key.replace("_", "-"), value) for key, value in metadata.items()]


def entry(key, value):
    if not isinstance(value, bytes):
        value = str(value).encode()
    return gather_pb2.Metadata(key=key, value=value)


def call(target="a", method="/x.Y/Z", request=b"", metadata=(), **fields):
    return gather_pb2.SubCall(
        target=target, method=method, request=request, metadata=metadata, **fields)


def failing(code, message="", target="a", **fields):
    return call(target, metadata=entries(x_test_code=code, x_test_message=message), **fields)


def hanging(target="a", method="/x.Y/Hang", **fields):
    return call(target, method, metadata=entries(x_test_hang=1), **fields)


def request(calls=(), mode=gather_pb2.MODE_FAIL_FAST, error_delivery=0, min_successes=0, **fields):
    policy = gather_pb2.Policy(
        mode=mode, error_delivery=error_delivery, min_successes=min_successes)
    return gather_pb2.GatherRequest(calls=calls, policy=policy, **fields)


def details_with(*messages):
    """The bytes of a grpc-status-details-bin with these messages packed as details."""
    status = gather_pb2.Status()
    for url, message in messages:
        status.details.append(any_pb2.Any(type_url=url, value=message.SerializeToString()))
    return status.SerializeToString()


def packed(details):
    """Details as pairs, to compare without asking protobuf to unpack them."""
    return [(detail.type_url, detail.value) for detail in details]


class ProcessTest(unittest.TestCase):
    """A test that starts what it needs itself."""

    def start(self, process_type, *arguments):
        process = process_type(*arguments)
        self.addCleanup(process.stop)
        return process


class WireTest(ProcessTest):
    """A gatherd with the targets `a` and `b`, one for all tests of a class.

    Backends count for the whole class. Tests that need counts from zero, or a gatherd of their own,
    start them with `start`.
    """

    flags = ()

    @classmethod
    def setUpClass(cls):
        cls.a = Backend()
        cls.addClassCleanup(cls.a.stop)
        cls.b = Backend()
        cls.addClassCleanup(cls.b.stop)
        cls.gatherd = Gatherd({"a": cls.a.address, "b": cls.b.address}, *cls.flags)
        cls.addClassCleanup(cls.gatherd.stop)

    def gather(self, *arguments, **fields):
        return self.gatherd.gather(request(*arguments, **fields))

    def assert_explained(self, outcome):
        """Every slot says what happened to it, and why."""
        self.assertNotEqual(outcome.disposition, gather_pb2.DISPOSITION_UNSPECIFIED, outcome)
        self.assertNotEqual(outcome.delivery, gather_pb2.DELIVERY_UNSPECIFIED, outcome)
        if outcome.disposition == gather_pb2.DISPOSITION_SUCCEEDED:
            return
        self.assertNotEqual(outcome.status.code, 0, outcome)
        self.assertNotEqual(outcome.origin, gather_pb2.ORIGIN_UNSPECIFIED, outcome)
        if outcome.disposition in (gather_pb2.DISPOSITION_CANCELLED,
                                   gather_pb2.DISPOSITION_NOT_STARTED):
            self.assertNotEqual(outcome.cause, gather_pb2.CAUSE_UNSPECIFIED, outcome)
