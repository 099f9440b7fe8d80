"""Backends that break off, refuse, speak nonsense, or are killed."""

import gzip
import os
import signal
import tempfile
import time
import unittest

import grpc

from gather.v1 import gather_pb2 as pb
from tests.wire import wire_test_support as wire
from tests.wire.wire_test_support import call, hanging, request


class BadBackendTest(wire.WireTest):

    def outcome_from(self, address):
        gatherd = self.start(wire.Gatherd, {"bad": address, "good": self.a.address})
        answer = gatherd.gather(
            request([call("bad"), call("good", request=b"fine")], mode=pb.MODE_COLLECT))
        self.assertEqual(answer.code, grpc.StatusCode.OK)
        bad, good = answer.outcomes
        self.assertEqual(good.response, b"fine")
        self.assert_explained(bad)
        self.assertEqual(bad.disposition, pb.DISPOSITION_FAILED)
        self.assertEqual(bad.origin, pb.ORIGIN_TRANSPORT)
        self.assertTrue(bad.status.message)
        return bad

    def outcome_of(self, script, *arguments):
        return self.outcome_from(self.start(wire.Scripted, script, *arguments).address)

    def assert_protocol_fault(self, outcome, code):
        self.assertEqual(outcome.status.code, code)
        self.assertEqual(outcome.delivery, pb.DELIVERY_EFFECT_UNKNOWN)
        info = pb.ErrorInfo.FromString(outcome.status.details[0].value)
        self.assertEqual((info.reason, info.domain), ("BACKEND_PROTOCOL", "gather.v1"))

    # semantics 71, 72
    def test_nobody_there_is_never_sent(self):
        backend = self.start(wire.Backend)
        address = backend.address
        backend.stop()
        outcome = self.outcome_from(address)
        self.assertEqual(outcome.status.code, 14)
        self.assertEqual(outcome.delivery, pb.DELIVERY_NEVER_SENT)

    # semantics 71, 72
    def test_name_that_does_not_resolve_is_never_sent(self):
        outcome = self.outcome_from("no-such-host.invalid:80")
        self.assertEqual(outcome.status.code, 14)
        self.assertEqual(outcome.delivery, pb.DELIVERY_NEVER_SENT)

    # semantics 71, 72
    def test_http_one(self):
        outcome = self.outcome_of("http-one")
        self.assertEqual(outcome.status.code, 14)
        self.assertEqual(outcome.delivery, pb.DELIVERY_NEVER_SENT)
        self.assertIn("http1.x", outcome.status.message)

    # semantics 71, 72
    def test_garbage_instead_of_a_handshake(self):
        outcome = self.outcome_of("garbage")
        self.assertEqual(outcome.delivery, pb.DELIVERY_NEVER_SENT)

    def test_garbage_instead_of_an_answer(self):
        self.assert_protocol_fault(self.outcome_of("garbage-after-request"), 13)

    # semantics 71, 72
    def test_close_after_headers(self):
        outcome = self.outcome_of("close-after-headers")
        self.assertEqual(outcome.status.code, 14)
        self.assertEqual(outcome.delivery, pb.DELIVERY_EFFECT_UNKNOWN)

    # semantics 7
    def test_ok_without_message(self):
        self.assert_protocol_fault(self.outcome_of("ok-without-message"), 13)

    def test_status_that_does_not_exist(self):
        self.assert_protocol_fault(self.outcome_of("illegal-status"), 2)

    # semantics 71
    def test_stream_refused_twice_is_never_sent(self):
        outcome = self.outcome_of("refuse-streams")
        self.assertEqual(outcome.status.code, 14)
        self.assertEqual(outcome.delivery, pb.DELIVERY_NEVER_SENT)
        self.assertEqual(outcome.timing.attempts, 1)


class CompressionTest(wire.WireTest):

    INFLATED_BYTES = 200 << 20
    MAX_GROWTH_KB = 20 << 10

    def warm_gatherd(self, **more_targets):
        """A gatherd that has seen some work, since what any gather needs is not counted."""
        self.gatherd = self.start(wire.Gatherd, {"a": self.a.address, **more_targets})
        for _ in range(20):
            self.gather([call(request=b"x" * 100000)] * 4)
        self.gatherd.forget_memory_peak()
        self.before_kb = self.gatherd.memory_kb("VmHWM")

    def assert_no_growth(self):
        if wire.SANITIZED:
            return
        growth_kb = self.gatherd.memory_kb("VmHWM") - self.before_kb
        self.assertLess(growth_kb, self.MAX_GROWTH_KB)

    def send_compressed(self, inflated_bytes):
        channel = grpc.insecure_channel(
            self.gatherd.address, compression=grpc.Compression.Gzip,
            options=(("grpc.max_send_message_length", -1), ("grpc.use_local_subchannel_pool", 1)))
        self.addCleanup(channel.close)
        stub = wire.gather_pb2_grpc.GatherServiceStub(channel)
        bomb = request([call(request=b"\0" * inflated_bytes)])
        return wire.answer_of(lambda: stub.Gather.with_call(bomb, timeout=wire.PATIENCE_S))

    def test_gzip_in_a_request_is_refused_before_it_is_inflated(self):
        for inflated_bytes in (5000, self.INFLATED_BYTES):
            with self.subTest(inflated_bytes=inflated_bytes):
                self.warm_gatherd()
                answer = self.send_compressed(inflated_bytes)
                self.assertEqual(answer.code, grpc.StatusCode.UNIMPLEMENTED)
                self.assert_no_growth()

    def test_gzip_in_a_reply_is_not_inflated(self):
        for inflated_bytes in (5000, self.INFLATED_BYTES):
            with self.subTest(inflated_bytes=inflated_bytes), \
                    tempfile.NamedTemporaryFile() as file:
                file.write(gzip.compress(b"\0" * inflated_bytes))
                file.flush()
                bad = self.start(wire.Scripted, "gzip", file.name)
                self.warm_gatherd(bad=bad.address)
                outcome = self.gather([call("bad")], mode=pb.MODE_COLLECT).outcomes[0]
                self.assertEqual(outcome.disposition, pb.DISPOSITION_FAILED)
                self.assertEqual(outcome.status.code, 13)
                self.assertEqual(outcome.origin, pb.ORIGIN_TRANSPORT)
                info = pb.ErrorInfo.FromString(outcome.status.details[0].value)
                self.assertEqual(info.reason, "BACKEND_PROTOCOL")
                self.assert_no_growth()


class KilledBackendTest(wire.WireTest):

    GATHERS = 1000
    BACK_WITHIN_S = 6

    # semantics 6, 71, 72
    def test_kill_in_the_middle_of_a_thousand_gathers_explains_every_slot(self):
        before = self.a.stats()
        calls = [hanging(), call("b", request=b"kept")]
        futures = [
            self.gatherd.stub.Gather.future(request(calls, mode=pb.MODE_COLLECT, label=str(i)))
            for i in range(self.GATHERS)
        ]
        # The last ones are still being launched when it dies.
        self.a.wait_for(lambda now: now["calls"] >= before["calls"] + self.GATHERS * 9 // 10)
        port = self.a.port
        killed_at = time.monotonic()
        os.kill(self.a.pid, signal.SIGKILL)
        for future in futures:
            self.assert_explains_the_kill(future.result(timeout=wire.PATIENCE_S))
        self.assertLess(time.monotonic() - killed_at, wire.PATIENCE_S)

        self.a.stop()
        type(self).a = self.start(wire.Backend, port)
        self.assert_serves_again()

    def assert_explains_the_kill(self, response):
        killed, kept = response.outcomes
        self.assertEqual(response.decision.verdict, pb.VERDICT_SATISFIED)
        self.assertEqual(kept.response, b"kept")
        self.assert_explained(killed)
        self.assertEqual(killed.disposition, pb.DISPOSITION_FAILED)
        self.assertEqual(killed.status.code, 14)
        self.assertEqual(killed.origin, pb.ORIGIN_TRANSPORT)
        if killed.delivery == pb.DELIVERY_NEVER_SENT:
            self.assertIn("failed to connect", killed.status.message)
        else:
            self.assertEqual(killed.delivery, pb.DELIVERY_EFFECT_UNKNOWN)

    def assert_serves_again(self):
        back_at = time.monotonic()
        while True:
            outcome = self.gather([call(request=b"back")], mode=pb.MODE_COLLECT).outcomes[0]
            if outcome.disposition == pb.DISPOSITION_SUCCEEDED:
                break
            self.assertLess(time.monotonic() - back_at, self.BACK_WITHIN_S, outcome)
        self.assertEqual(outcome.response, b"back")


if __name__ == "__main__":
    unittest.main()
