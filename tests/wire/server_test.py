"""gatherd as a process: capabilities, health, reflection, flags, signals."""

import os
import signal
import subprocess
import unittest

import grpc

from gather.v1 import gather_pb2 as pb
from tests.wire import wire_test_support as wire
from tests.wire.wire_test_support import NOT_SERVING, SERVING, call, hanging, request


class CapabilitiesTest(wire.WireTest):

    flags = ("--max_calls=77",)

    def test_says_what_this_server_allows(self):
        answer = wire.answer_of(
            lambda: self.gatherd.stub.GetCapabilities.with_call(
                pb.GetCapabilitiesRequest(), timeout=wire.PATIENCE_S))
        self.assertEqual(answer.code, grpc.StatusCode.OK)
        self.assertRegex(answer.trailer("gather-id"), "^[0-9a-f]{32}$")
        capabilities = answer.response
        self.assertTrue(capabilities.version)
        self.assertEqual(capabilities.max_calls, 77)
        self.assertEqual(capabilities.max_request_bytes, 64 << 20)
        self.assertEqual(capabilities.max_response_bytes, 64 << 20)
        self.assertEqual(wire.seconds(capabilities.max_timeout), 3600)
        self.assertEqual(capabilities.max_concurrency, 1000)
        self.assertEqual(
            list(capabilities.modes),
            [pb.MODE_FAIL_FAST, pb.MODE_COLLECT, pb.MODE_PROPAGATE, pb.MODE_ANY, pb.MODE_RACE,
             pb.MODE_QUORUM])
        self.assertEqual([(t.name, list(t.methods)) for t in capabilities.targets],
                         [("a", []), ("b", [])])


class HealthTest(wire.WireTest):

    def check(self, service=b""):
        method = self.gatherd.channel.unary_unary("/grpc.health.v1.Health/Check")
        message = b"\x0a" + bytes([len(service)]) + service if service else b""
        return wire.answer_of(lambda: method.with_call(message, timeout=wire.PATIENCE_S))

    def test_serves_as_a_whole_and_by_name(self):
        for service in (b"", b"gather.v1.GatherService"):
            self.assertEqual(self.check(service).response, SERVING)

    def test_unknown_service_is_not_found(self):
        self.assertEqual(self.check(b"no.Such").code, grpc.StatusCode.NOT_FOUND)

    def test_watch_sees_the_drain(self):
        gatherd = self.start(wire.Gatherd, {"a": self.a.address}, "--lame_duck=1s")
        watch = gatherd.channel.unary_stream("/grpc.health.v1.Health/Watch")
        states = watch(b"", timeout=wire.PATIENCE_S)
        self.assertEqual(next(states), SERVING)
        gatherd.signal(signal.SIGTERM)
        self.assertEqual(next(states), NOT_SERVING)
        states.cancel()
        self.assertEqual(gatherd.wait(), 0)


class ReflectionTest(wire.WireTest):

    def test_lists_the_services(self):
        method = self.gatherd.channel.stream_stream(
            "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo")
        list_services = b"\x3a\x01*"  # ServerReflectionRequest{list_services: "*"}
        reply = next(method(iter([list_services]), timeout=wire.PATIENCE_S))
        self.assertIn(b"gather.v1.GatherService", reply)
        self.assertIn(b"grpc.health.v1.Health", reply)


class FlagsTest(unittest.TestCase):

    def run_gatherd(self, *flags):
        return subprocess.run(
            [wire.GATHERD, *flags], capture_output=True, text=True, check=False,
            timeout=wire.PATIENCE_S)

    def test_wrong_flags_are_one_line_and_exit_status_2(self):
        for flags in (
            ["--no_such_flag=1"],
            ["--config=/no/such/file.json"],
            ["--config=x.json", "--targets=a=127.0.0.1:1"],
            ["--max_calls=many"],
            ["--max_calls=0"],
            ["--workers=0"],
            ["--workers"],
            ["--targets=a"],
            ["--targets=a=127.0.0.1:1,a=127.0.0.1:2"],
            ["--targets=bad name=127.0.0.1:1"],
            ["--listen=nowhere"],
            ["--listen=0.0.0.0:0", "--targets=a=127.0.0.1:1"],
            ["--max_timeout=soon"],
            ["--max_detached=-1"],
            ["--detached_timeout=0s"],
            ["--log_level=loud"],
            ["stray"],
        ):
            with self.subTest(flags=flags):
                done = self.run_gatherd(*flags)
                self.assertEqual(done.returncode, 2, done.stderr)
                self.assertEqual(len(done.stderr.splitlines()), 1, done.stderr)
                self.assertTrue(done.stderr.startswith("gatherd: "), done.stderr)

    def test_port_that_is_taken_is_one_line(self):
        taken = wire.Backend()
        self.addCleanup(taken.stop)
        done = self.run_gatherd("--listen=" + taken.address, "--targets=a=127.0.0.1:1")
        self.assertNotEqual(done.returncode, 0)
        self.assertEqual(len(done.stderr.splitlines()), 1, done.stderr)

    def test_admin_port_that_is_taken_is_one_line_at_once(self):
        taken = wire.Backend()
        self.addCleanup(taken.stop)
        done = self.run_gatherd(
            "--admin=" + taken.address, "--targets=a=127.0.0.1:1", "--lame_duck=24h")
        self.assertEqual(done.returncode, 2)
        self.assertEqual(
            done.stderr,
            "gatherd: --admin: cannot listen on %s: is the port taken?\n" % taken.address)

    def test_help_and_version(self):
        for flag, word in (("--help", "--targets"), ("--version", "gatherd ")):
            done = self.run_gatherd(flag)
            self.assertEqual(done.returncode, 0)
            self.assertIn(word, done.stdout)
            self.assertEqual(done.stderr, "")


class DrainTest(wire.WireTest):

    def setUp(self):
        super().setUp()
        self.backend = self.start(wire.Backend)

    def open_gather(self, gatherd, calls=None):
        seen = self.backend.stats()["calls"]
        future = gatherd.stub.Gather.future(request(calls or [hanging()]))
        self.backend.wait_for(lambda now: now["calls"] == seen + len(calls or [1]))
        return future

    def test_idle_server_exits_with_0_on_either_signal(self):
        for number in (signal.SIGTERM, signal.SIGINT):
            gatherd = self.start(wire.Gatherd, {"a": self.backend.address})
            gatherd.signal(number)
            self.assertEqual(gatherd.wait(), 0)

    def test_running_gather_is_finished_first(self):
        gatherd = self.start(wire.Gatherd, {"a": self.backend.address})
        self.backend.hold("/x.Y/Held")
        future = self.open_gather(gatherd, [call(method="/x.Y/Held", request=b"done")])
        gatherd.signal(signal.SIGTERM)
        self.backend.release("/x.Y/Held")
        self.assertEqual(future.result(timeout=wire.PATIENCE_S).outcomes[0].response, b"done")
        self.assertEqual(gatherd.wait(), 0)

    def test_new_gathers_are_refused_while_draining(self):
        gatherd = self.start(wire.Gatherd, {"a": self.backend.address}, "--lame_duck=2s")
        self.open_gather(gatherd)
        gatherd.signal(signal.SIGTERM)
        states = gatherd.channel.unary_stream("/grpc.health.v1.Health/Watch")(
            b"", timeout=wire.PATIENCE_S)
        while next(states) != NOT_SERVING:
            pass
        states.cancel()
        answer = gatherd.gather(request([call()]))
        self.assertEqual(answer.code, grpc.StatusCode.UNAVAILABLE)
        self.assertEqual(answer.error_info.reason, "DRAINING")
        self.assertEqual(answer.message, "the server is shutting down: retry elsewhere")
        self.assertEqual(self.backend.stats()["calls"], 1)
        self.assertRegex(answer.trailer("gather-id"), "^[0-9a-f]{32}$")

    # semantics 55
    def test_at_the_drain_deadline_gathers_are_cancelled_with_cause_shutdown(self):
        gatherd = self.start(wire.Gatherd, {"a": self.backend.address}, "--drain_deadline=200ms")
        future = self.open_gather(gatherd)
        gatherd.signal(signal.SIGTERM)
        answer = wire.answer_of(lambda: (future.result(timeout=wire.PATIENCE_S), future))
        self.assertEqual(answer.code, grpc.StatusCode.UNAVAILABLE)
        self.assertEqual(answer.error_info.reason, "SHUTDOWN")
        self.assertEqual(answer.failure.decision.verdict, pb.VERDICT_CANCELLED)
        self.assertEqual(answer.failure.decision.status.code, 14)
        self.backend.wait_for(lambda now: now["cancelled"] == 1)
        self.assertEqual(gatherd.wait(), 0)

    # semantics 55
    def test_shutdown_as_response_keeps_what_was_finished(self):
        gatherd = self.start(wire.Gatherd, {"a": self.backend.address}, "--drain_deadline=200ms")
        calls = [call(request=b"done"), hanging()]
        future = gatherd.stub.Gather.future(
            request(calls, error_delivery=pb.ERROR_DELIVERY_AS_RESPONSE))
        self.backend.wait_for(lambda now: now["calls"] == 2)
        gatherd.signal(signal.SIGTERM)
        response = future.result(timeout=wire.PATIENCE_S)
        self.assertEqual(response.decision.verdict, pb.VERDICT_CANCELLED)
        self.assertEqual(response.outcomes[0].response, b"done")
        self.assertEqual(response.outcomes[1].cause, pb.CAUSE_SHUTDOWN)
        self.assertEqual(response.outcomes[1].status.code, 14)
        self.assertEqual(gatherd.wait(), 0)

    def test_second_signal_ends_at_once_with_1(self):
        gatherd = self.start(wire.Gatherd, {"a": self.backend.address})
        self.open_gather(gatherd)
        gatherd.signal(signal.SIGTERM)
        states = gatherd.channel.unary_stream("/grpc.health.v1.Health/Watch")(
            b"", timeout=wire.PATIENCE_S)
        try:
            while next(states) != NOT_SERVING:
                pass
        except grpc.RpcError:
            pass  # it may already refuse new calls
        gatherd.signal(signal.SIGTERM)
        self.assertEqual(gatherd.wait(), 1)


class LogTest(wire.WireTest):

    def test_failed_gather_is_one_line_without_payload(self):
        secret = "the-payload"
        gatherd = self.start(wire.Gatherd, {"a": self.a.address})
        answer = gatherd.gather(
            request([
                call(id="first", request=secret.encode(), metadata=wire.entries(x_test_code=5)),
            ], label="home page"))
        gatherd.signal(signal.SIGTERM)
        self.assertEqual(gatherd.wait(), 0)
        lines = [line for line in gatherd.lines if answer.trailer("gather-id") in line]
        self.assertEqual(len(lines), 1)
        self.assertIn("home page", lines[0])
        self.assertNotIn(secret, "".join(gatherd.lines))


if __name__ == "__main__":
    unittest.main()
