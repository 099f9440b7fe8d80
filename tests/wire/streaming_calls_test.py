"""Sub-calls of methods that stream their replies, seen from a plain Python client."""

import os
import signal
import unittest

import grpc

from gather.v1 import gather_pb2 as pb
from tests.wire import wire_test_support as wire
from tests.wire.wire_test_support import call, entries, failing, request

MIB = 1 << 20


def stream(target="a", method="/x.Y/List", metadata=(), fields=None, **behavior):
    """A server-streaming sub-call whose backend does so: `messages=3` is x-test-messages."""
    options = {"x_test_" + key: value for key, value in behavior.items()}
    return call(target, method, metadata=entries(**options) + list(metadata),
                **{"server_streaming": True, **(fields or {})})


def numbered(messages, **options):
    return stream(messages=messages, numbered=1, **options)


def numbers(count):
    return [b"%d" % i for i in range(count)]


def reason(outcome):
    return pb.ErrorInfo.FromString(outcome.status.details[0].value).reason


class ResponsesTest(wire.WireTest):

    def assert_succeeded(self, outcome, responses):
        self.assertEqual(outcome.disposition, pb.DISPOSITION_SUCCEEDED, outcome)
        self.assertEqual(outcome.delivery, pb.DELIVERY_ANSWERED)
        self.assertEqual(list(outcome.responses), responses)
        self.assertEqual(outcome.response, b"")
        self.assertFalse(outcome.HasField("status"))

    def test_all_messages_in_order(self):
        answer = self.gather([numbered(3)])
        self.assertEqual(answer.response.decision.verdict, pb.VERDICT_SATISFIED)
        self.assert_succeeded(answer.outcomes[0], [b"0", b"1", b"2"])
        self.assertEqual(answer.outcomes[0].timing.peer, "ipv4:" + self.a.address)

    # semantics 1
    def test_streams_and_unary_calls_side_by_side(self):
        answer = self.gather([numbered(i) if i % 2 else call("b", request=b"unary")
                              for i in range(200)])
        for i, outcome in enumerate(answer.outcomes):
            if i % 2:
                self.assert_succeeded(outcome, numbers(i))
            else:
                self.assertEqual((outcome.response, len(outcome.responses)), (b"unary", 0))

    def test_ten_thousand_messages(self):
        self.assert_succeeded(self.gather([numbered(10000)]).outcomes[0], numbers(10000))

    def test_large_messages_are_whole(self):
        answer = self.gather([stream(messages=6, reply_bytes=MIB)] * 2)
        for outcome in answer.outcomes:
            self.assert_succeeded(outcome, [b"x" * MIB] * 6)

    # semantics 7
    def test_stream_without_a_message_is_a_success(self):
        self.assert_succeeded(self.gather([stream(messages=0)]).outcomes[0], [])

    # semantics 7
    def test_empty_messages_are_messages(self):
        self.assert_succeeded(
            self.gather([stream(messages=3, reply_bytes=0)]).outcomes[0], [b"", b"", b""])

    def test_unary_method_brings_one(self):
        self.assert_succeeded(
            self.gather([call(request=b"echo", server_streaming=True)]).outcomes[0], [b"echo"])

    def test_trailers_and_metadata_as_of_a_unary_call(self):
        answer = self.gather([stream(describe=1, trailer_x_note="n")])
        outcome = answer.outcomes[0]
        self.assertIn(("x-note", b"n"), [(t.key, t.value) for t in outcome.trailers])
        self.assertIn(b"method /x.Y/List\n", outcome.responses[0])
        self.assertIn(b"deadline_ms ", outcome.responses[0])

    def test_the_default_can_be_overridden(self):
        streams = entries(x_test_messages=2, x_test_numbered=1)
        calls = [call(metadata=streams), call(request=b"unary", server_streaming=False)]
        answer = self.gather(calls, defaults=pb.SubCall(server_streaming=True))
        self.assert_succeeded(answer.outcomes[0], [b"0", b"1"])
        self.assertEqual(answer.outcomes[1].response, b"unary")

    def test_validation_shows_it(self):
        answer = self.gather([pb.SubCall()], validate_only=True,
                             defaults=call(server_streaming=True))
        self.assertTrue(answer.response.effective.calls[0].server_streaming)

    # semantics 38
    def test_as_completed_sends_it_as_one_event(self):
        events = list(self.gatherd.stub.AsCompleted(
            request([numbered(3), numbered(2)]), timeout=wire.PATIENCE_S))
        outcomes = {event.outcome.index: event.outcome for event in events[:-1]}
        self.assert_succeeded(outcomes[0], numbers(3))
        self.assert_succeeded(outcomes[1], numbers(2))
        self.assertEqual(events[-1].summary.succeeded, 2)

    # semantics 42
    def test_group_takes_one(self):
        messages = [pb.TaskGroupRequest(open=pb.Open()), pb.TaskGroupRequest(add=numbered(3))]
        answers = list(self.gatherd.stub.TaskGroup(iter(messages), timeout=wire.PATIENCE_S))
        self.assert_succeeded(answers[1].outcome, numbers(3))
        self.assertEqual(answers[2].summary.succeeded, 1)


class FailedStreamTest(wire.WireTest):

    def failed(self, sub_call, disposition=pb.DISPOSITION_FAILED, **fields):
        outcome = self.gather([sub_call], mode=pb.MODE_COLLECT, **fields).outcomes[0]
        self.assert_explained(outcome)
        self.assertEqual(outcome.disposition, disposition, outcome)
        self.assertEqual(len(outcome.responses), 0)
        self.assertEqual(outcome.response, b"")
        return outcome

    # semantics 73
    def test_error_after_messages_is_the_backends(self):
        details = wire.details_with(
            (wire.ERROR_INFO_URL, pb.ErrorInfo(reason="GONE", domain="demo")))
        outcome = self.failed(stream(
            code=9, messages=3, message="not now", trailer_x_note="n",
            metadata=[wire.entry("x-test-details-bin", details)]))
        self.assertEqual((outcome.status.code, outcome.status.message), (9, "not now"))
        self.assertEqual(reason(outcome), "GONE")
        self.assertEqual(outcome.origin, pb.ORIGIN_BACKEND)
        self.assertEqual(outcome.delivery, pb.DELIVERY_ANSWERED)
        self.assertIn(("x-note", b"n"), [(t.key, t.value) for t in outcome.trailers])

    # semantics 66
    def test_own_deadline_says_how_far_it_came(self):
        outcome = self.failed(stream(messages=3, stall=1, fields={"timeout": wire.duration(0.2)}))
        self.assertEqual(outcome.cause, pb.CAUSE_SUB_CALL_DEADLINE)
        self.assertEqual(outcome.status.code, 4)
        self.assertEqual(outcome.origin, pb.ORIGIN_ORCHESTRATOR)
        self.assertEqual(outcome.delivery, pb.DELIVERY_EFFECT_UNKNOWN)
        self.assertIn("3 messages dropped", outcome.status.message)

    # semantics 66
    def test_gathers_deadline_cancels_it(self):
        outcome = self.failed(
            stream(messages=3, stall=1), pb.DISPOSITION_CANCELLED, timeout=wire.duration(0.2))
        self.assertEqual(outcome.cause, pb.CAUSE_GATHER_DEADLINE)

    # semantics 7
    def test_illegal_code_and_compressed_message_are_against_the_protocol(self):
        outcome = self.failed(stream(messages=1, code=99))
        self.assertEqual((outcome.status.code, reason(outcome)), (2, "BACKEND_PROTOCOL"))
        self.assertEqual(outcome.origin, pb.ORIGIN_TRANSPORT)
        self.assertEqual(outcome.delivery, pb.DELIVERY_EFFECT_UNKNOWN)
        bad = self.start(wire.Scripted, "gzip", os.devnull)
        self.gatherd = self.start(wire.Gatherd, {"a": bad.address})
        outcome = self.failed(stream())
        self.assertEqual((outcome.status.code, reason(outcome)), (13, "BACKEND_PROTOCOL"))
        self.assertEqual(outcome.origin, pb.ORIGIN_TRANSPORT)

    # semantics 71, 72
    def test_backend_that_dies_in_the_middle(self):
        backend = self.start(wire.Backend)
        self.gatherd = self.start(wire.Gatherd, {"a": backend.address, "b": self.b.address})
        calls = [stream(messages=3, stall=1) for _ in range(50)] + [numbered(3, target="b")]
        future = self.gatherd.stub.Gather.future(
            request(calls, mode=pb.MODE_COLLECT), timeout=wire.PATIENCE_S)
        backend.wait_for(lambda stats: stats["in_flight"] == 50)
        os.kill(backend.pid, signal.SIGKILL)
        *killed, kept = future.result().outcomes
        self.assertEqual(list(kept.responses), numbers(3))
        for outcome in killed:
            self.assert_explained(outcome)
            self.assertEqual(outcome.disposition, pb.DISPOSITION_FAILED)
            self.assertEqual(outcome.status.code, 14)
            self.assertEqual(outcome.origin, pb.ORIGIN_TRANSPORT)
            self.assertEqual(outcome.delivery, pb.DELIVERY_EFFECT_UNKNOWN)
            self.assertEqual(len(outcome.responses), 0)

    # semantics 74
    def test_fallback_stands_in_as_the_only_message(self):
        outcome = self.gather([stream(
            code=14, messages=3, fields={"fallback": pb.Fallback(response=b"f")})]).outcomes[0]
        self.assertEqual(outcome.disposition, pb.DISPOSITION_SUCCEEDED)
        self.assertTrue(outcome.from_fallback)
        self.assertEqual(list(outcome.responses), [b"f"])
        self.assertEqual(outcome.status.code, 14)

    def test_without_the_flag_a_stream_ends_at_its_deadline_and_says_why(self):
        sub_call = stream(messages=1, stall=1, fields={
            "server_streaming": False, "timeout": wire.duration(0.2)})
        self.assertIn("server_streaming", self.failed(sub_call).status.message)


class CancelTest(wire.WireTest):

    # semantics 51
    def test_callers_cancel_reaches_the_backend_in_the_middle(self):
        before = self.a.stats()
        future = self.gatherd.stub.Gather.future(
            request([stream(messages=3, stall=1) for _ in range(20)]), timeout=wire.PATIENCE_S)
        self.a.wait_for(lambda now: now["calls"] >= before["calls"] + 20)
        future.cancel()
        self.a.wait_for(lambda now: now["cancelled"] >= before["cancelled"] + 20)

    # semantics 10, 13
    def test_siblings_failure_cancels_a_stream_in_its_middle(self):
        before = self.a.stats()["cancelled"]
        answer = self.gather(
            [stream(messages=2, stall=1), failing(5, "no", "b", id="bad")],
            error_delivery=pb.ERROR_DELIVERY_AS_RESPONSE)
        outcome = answer.outcomes[0]
        self.assertEqual(outcome.disposition, pb.DISPOSITION_CANCELLED)
        self.assertEqual((outcome.cause, outcome.caused_by), (pb.CAUSE_SIBLING_FAILED, 1))
        self.assertEqual(len(outcome.responses), 0)
        self.a.wait_for(lambda now: now["cancelled"] > before)


class BoundsTest(wire.WireTest):

    flags = ("--max_reply_bytes=%d" % MIB, "--max_response_bytes=%d" % (8 * MIB))
    ENDLESS = 2**31 - 1

    def assert_too_large(self, outcome, expected_reason):
        self.assertEqual(outcome.disposition, pb.DISPOSITION_FAILED, outcome.disposition)
        self.assertEqual(outcome.status.code, 8)
        self.assertEqual(outcome.origin, pb.ORIGIN_ORCHESTRATOR)
        self.assertEqual(outcome.delivery, pb.DELIVERY_EFFECT_UNKNOWN)
        self.assertEqual(reason(outcome), expected_reason)
        self.assertEqual(len(outcome.responses), 0)

    def test_exactly_the_bound_is_let_through(self):
        outcome = self.gather([stream(messages=16, reply_bytes=MIB // 16)]).outcomes[0]
        self.assertEqual(len(outcome.responses), 16)

    def test_one_stream_over_the_bound(self):
        answer = self.gather(
            [stream(messages=17, reply_bytes=MIB // 16), numbered(2)], mode=pb.MODE_COLLECT)
        self.assert_too_large(answer.outcomes[0], "REPLY_TOO_LARGE")
        self.assertEqual(list(answer.outcomes[1].responses), numbers(2))

    def test_one_message_over_the_bound_after_others(self):
        sub_call = stream(messages=2, reply_bytes=MIB + 1)
        self.assert_too_large(
            self.gather([sub_call], mode=pb.MODE_COLLECT).outcomes[0], "REPLY_TOO_LARGE")

    def test_all_streams_together_over_the_bound(self):
        answer = self.gather(
            [stream(messages=10, reply_bytes=MIB // 10) for _ in range(20)], mode=pb.MODE_COLLECT)
        kept = [o for o in answer.outcomes if o.disposition == pb.DISPOSITION_SUCCEEDED]
        self.assertLessEqual(sum(len(r) for o in kept for r in o.responses), 8 * MIB)
        for outcome in answer.outcomes:
            if outcome not in kept:
                self.assert_too_large(outcome, "TOTAL_REPLY_TOO_LARGE")
        self.assertLess(len(kept), 20)

    def test_floods_are_cancelled_and_the_memory_stays_flat(self):
        for reply_bytes in (64 << 10, 1000, 0):
            with self.subTest(reply_bytes=reply_bytes):
                self.flood(reply_bytes)

    def flood(self, reply_bytes):
        """A hundred at once could fill 100 MiB, were they only bounded one by one."""
        gatherd = self.start(wire.Gatherd, {"a": self.a.address}, *self.flags)
        gatherd.gather(request([numbered(100) for _ in range(100)]))
        gatherd.forget_memory_peak()
        before_kb = gatherd.memory_kb("VmHWM")
        before = self.a.stats()["cancelled"]
        floods = [stream(messages=self.ENDLESS, reply_bytes=reply_bytes) for _ in range(100)]
        answer = gatherd.gather(request(floods, mode=pb.MODE_COLLECT))
        for outcome in answer.outcomes:
            self.assertIn(reason(outcome), ("REPLY_TOO_LARGE", "TOTAL_REPLY_TOO_LARGE"))
            self.assert_too_large(outcome, reason(outcome))
        self.a.wait_for(lambda now: now["cancelled"] >= before + 100)
        if not wire.SANITIZED:
            self.assertLess(gatherd.memory_kb("VmHWM") - before_kb, 64 << 10)


if __name__ == "__main__":
    unittest.main()
