"""AsCompleted: outcomes as they come, then the summary, then the status."""

import signal
import unittest

import grpc

from gather.v1 import gather_pb2 as pb
from tests.wire import wire_test_support as wire
from tests.wire.wire_test_support import call, duration, entries, failing, hanging, request

OK = grpc.StatusCode.OK
HELD = "/x.Y/Held"

MIB = 1 << 20


class OrderTest(wire.WireTest):

    # semantics 38
    def test_one_event_for_each_call_in_completion_order_then_the_summary(self):
        methods = ["/x.Y/First", "/x.Y/Second", "/x.Y/Third"]
        for method in methods:
            self.a.hold(method)
        stream = self.gatherd.stub.AsCompleted(
            request([call(method=method, request=method.encode()) for method in methods]),
            timeout=wire.PATIENCE_S)
        for index in (2, 0, 1):
            self.a.release(methods[index])
            event = next(stream)
            self.assertEqual(event.outcome.index, index)
            self.assertEqual(event.outcome.id, str(index))
            self.assertEqual(event.outcome.response, methods[index].encode())
        answer = wire.rest_of(stream)
        self.assertEqual(answer.outcomes, [])
        self.assertEqual(answer.summary.succeeded, 3)
        self.assertEqual(answer.summary.straggler, 1)
        self.assertEqual(answer.decision.verdict, pb.VERDICT_SATISFIED)
        self.assertEqual(answer.code, OK)
        self.assertEqual(answer.summary.gather_id, answer.trailer("gather-id"))

    # semantics 2
    def test_no_calls_are_a_summary(self):
        answer = self.gatherd.as_completed(request())
        self.assertEqual(answer.code, OK)
        self.assertEqual(answer.outcomes, [])
        self.assertEqual(answer.decision.verdict, pb.VERDICT_SATISFIED)

    # semantics 1, 38
    def test_thousands_of_calls_each_have_their_own_reply(self):
        calls = [call("ab"[i % 2], request=b"%d" % i) for i in range(3000)]
        answer = self.gatherd.as_completed(request(calls))
        self.assertEqual(answer.code, OK)
        self.assertEqual(len(answer.outcomes), 3000)
        self.assertEqual({o.index: o.response for o in answer.outcomes},
                         {i: b"%d" % i for i in range(3000)})

    def test_large_replies_pass(self):
        sizes = [0, 1, 1023, 1024, MIB, 5 * MIB]
        calls = [call(metadata=entries(x_test_reply_bytes=size)) for size in sizes]
        answer = self.gatherd.as_completed(request(calls))
        self.assertEqual({o.index: len(o.response) for o in answer.outcomes},
                         dict(enumerate(sizes)))

    def test_validate_only_tells_the_slots_and_no_decision(self):
        before = self.a.stats()["calls"]
        answer = self.gatherd.as_completed(
            request([call(), call("nobody")], mode=pb.MODE_COLLECT, validate_only=True))
        self.assertEqual(answer.code, OK)
        self.assertEqual([o.disposition for o in answer.outcomes],
                         [pb.DISPOSITION_NOT_STARTED, pb.DISPOSITION_REJECTED])
        self.assertFalse(answer.summary.HasField("decision"))
        self.assertEqual(self.a.stats()["calls"], before)

    def test_what_was_shortened_is_told_in_a_trailer(self):
        answer = self.gatherd.as_completed(request([call()], timeout=duration(7200)))
        self.assertEqual(answer.trailer("gather-clamped"), "1")
        self.assertIsNone(self.gatherd.as_completed(request([call()])).trailer("gather-clamped"))


class FailureTest(wire.WireTest):

    # semantics 39
    def test_in_collect_a_failure_is_an_event_and_the_stream_goes_on(self):
        self.a.hold(HELD)
        stream = self.gatherd.stub.AsCompleted(
            request([call(method=HELD, request=b"later"), failing(5, "gone")],
                    mode=pb.MODE_COLLECT), timeout=wire.PATIENCE_S)
        event = next(stream)
        self.assertEqual(event.outcome.index, 1)
        self.assertEqual(event.outcome.disposition, pb.DISPOSITION_FAILED)
        self.assertEqual(event.outcome.status.message, "gone")
        self.a.release(HELD)
        answer = wire.rest_of(stream)
        self.assertEqual(answer.outcomes[0].response, b"later")
        self.assertEqual((answer.summary.succeeded, answer.summary.failed), (1, 1))
        self.assertEqual(answer.code, OK)

    # semantics 13, 14, 39
    def test_in_fail_fast_the_cancelled_rest_and_the_summary_precede_the_failures_status(self):
        self.a.hold(HELD)
        before = self.a.stats()
        stream = self.gatherd.stub.AsCompleted(
            request([call(request=b"kept"), hanging(id="rest"),
                     failing(5, "gone", "a", id="bad", method=HELD)]),
            timeout=wire.PATIENCE_S)
        self.assertEqual(next(stream).outcome.response, b"kept")
        self.a.wait_for(lambda now: now["calls"] == before["calls"] + 3)
        self.a.release(HELD)
        answer = wire.rest_of(stream)
        bad, rest = answer.outcomes
        self.assertEqual((bad.id, bad.disposition), ("bad", pb.DISPOSITION_FAILED))
        self.assertEqual((rest.id, rest.disposition), ("rest", pb.DISPOSITION_CANCELLED))
        self.assertEqual((rest.cause, rest.caused_by), (pb.CAUSE_SIBLING_FAILED, 2))
        self.assertEqual(answer.decision.verdict, pb.VERDICT_FAILED)
        self.assertEqual(answer.code, grpc.StatusCode.NOT_FOUND)
        self.assertEqual(answer.message, 'sub-call 2 "bad" (a /x.Y/Held): gone')
        self.assertEqual(answer.error_info.reason, "SUB_CALL_FAILED")
        failure = answer.failure
        self.assertEqual(failure.gather_id, answer.trailer("gather-id"))
        self.assertEqual([(f.index, f.id) for f in failure.failures], [(2, "bad")])
        self.assertEqual(failure.total_failures, 1)
        self.assertEqual(failure.summary.succeeded, 1)

    def test_as_response_the_verdict_is_only_in_the_summary(self):
        answer = self.gatherd.as_completed(
            request([failing(5)], error_delivery=pb.ERROR_DELIVERY_AS_RESPONSE))
        self.assertEqual(answer.code, OK)
        self.assertEqual(answer.decision.verdict, pb.VERDICT_FAILED)
        self.assertEqual(answer.decision.status.code, 5)

    # semantics 12
    def test_many_failures_are_counted_whole_and_listed_as_far_as_there_is_room(self):
        calls = [call(id="good")] + [failing(5, "gone") for _ in range(300)]
        answer = self.gatherd.as_completed(
            request(calls, mode=pb.MODE_QUORUM, min_successes=2))
        self.assertEqual(len(answer.outcomes), 301)
        self.assertEqual(answer.code, grpc.StatusCode.NOT_FOUND)
        failed = sum(o.disposition == pb.DISPOSITION_FAILED for o in answer.outcomes)
        self.assertEqual(answer.failure.total_failures, failed)
        self.assertLessEqual(len(answer.details_bytes), 4096)

    # semantics 24, 30-34
    def test_each_modes_verdict_is_in_the_summary_and_in_the_status(self):
        bad, good = failing(5), call()
        for policy, calls, satisfied in (
            (pb.Policy(mode=pb.MODE_PROPAGATE), [good, good], True),
            (pb.Policy(mode=pb.MODE_PROPAGATE), [good, bad], False),
            (pb.Policy(mode=pb.MODE_ANY), [bad, good, hanging()], True),
            (pb.Policy(mode=pb.MODE_ANY), [bad, bad], False),
            (pb.Policy(mode=pb.MODE_RACE), [good, hanging()], True),
            (pb.Policy(mode=pb.MODE_RACE), [bad, hanging()], False),
            (pb.Policy(mode=pb.MODE_QUORUM, min_successes=2), [good, hanging(), good], True),
            (pb.Policy(mode=pb.MODE_QUORUM, min_successes=2), [bad, hanging(), bad], False),
            (pb.Policy(mode=pb.MODE_COLLECT, max_failures=1,
                       error_delivery=pb.ERROR_DELIVERY_AS_STATUS), [bad, good], True),
            (pb.Policy(mode=pb.MODE_COLLECT, max_failures=1,
                       error_delivery=pb.ERROR_DELIVERY_AS_STATUS), [bad, hanging(), bad], False),
        ):
            with self.subTest(policy=str(policy), satisfied=satisfied):
                answer = self.gatherd.as_completed(pb.GatherRequest(calls=calls, policy=policy))
                verdict = pb.VERDICT_SATISFIED if satisfied else pb.VERDICT_FAILED
                self.assertEqual(answer.decision.verdict, verdict)
                self.assertEqual(answer.code, OK if satisfied else grpc.StatusCode.NOT_FOUND)
                self.assertEqual(len(answer.outcomes), len(calls))

    # semantics 4
    def test_refused_request_sends_nothing(self):
        for bad, reason in ((call(method="x"), "BAD_METHOD"), (call("nobody"), "UNKNOWN_TARGET")):
            answer = self.gatherd.as_completed(request([call(), bad]))
            self.assertTrue(answer.told_nothing)
            self.assertEqual(answer.error_info.reason, reason)
            self.assertRegex(answer.trailer("gather-id"), "^[0-9a-f]{32}$")

    def test_request_that_does_not_parse(self):
        raw = self.gatherd.channel.unary_stream("/gather.v1.GatherService/AsCompleted")
        answer = wire.rest_of(raw(b"\xff\xff\xff", timeout=wire.PATIENCE_S))
        self.assertEqual(answer.code, grpc.StatusCode.INVALID_ARGUMENT)
        self.assertEqual(answer.error_info.reason, "MALFORMED")


class EndTest(wire.WireTest):

    # semantics 40, 51
    def test_reader_that_leaves_early_cancels_the_rest(self):
        backend = self.start(wire.Backend)
        gatherd = self.start(wire.Gatherd, {"a": backend.address})
        stream = gatherd.stub.AsCompleted(
            request([call()] + [hanging() for _ in range(20)]), timeout=wire.PATIENCE_S)
        self.assertEqual(next(stream).outcome.index, 0)
        backend.wait_for(lambda now: now["calls"] == 21)
        stream.cancel()
        backend.wait_for(lambda now: now["cancelled"] == 20)
        self.assertEqual(gatherd.as_completed(request([call()])).code, OK)

    # semantics 66, 67
    def test_at_the_gathers_deadline_finished_results_are_kept(self):
        answer = self.gatherd.as_completed(
            request([call(request=b"kept"), hanging()], timeout=duration(0.3)))
        self.assertEqual(answer.by_id["0"].response, b"kept")
        self.assertEqual(answer.by_id["1"].cause, pb.CAUSE_GATHER_DEADLINE)
        self.assertEqual(answer.decision.verdict, pb.VERDICT_DEADLINE_EXCEEDED)
        self.assertEqual(answer.code, grpc.StatusCode.DEADLINE_EXCEEDED)
        self.assertEqual(answer.error_info.reason, "GATHER_DEADLINE")
        self.assertEqual(answer.failure.summary.succeeded, 1)

    # semantics 68
    def test_the_answer_comes_before_the_callers_own_deadline(self):
        answer = wire.answer_in_time(
            lambda: self.gatherd.as_completed(request([call(), hanging()]), timeout=1))
        self.assertEqual(answer.by_id["1"].cause, pb.CAUSE_GATHER_DEADLINE)
        self.assertEqual(answer.error_info.reason, "GATHER_DEADLINE")

    # semantics 55
    def test_at_the_drain_deadline_an_open_stream_ends_whole_with_cause_shutdown(self):
        backend = self.start(wire.Backend)
        gatherd = self.start(wire.Gatherd, {"a": backend.address}, "--drain_deadline=300ms")
        stream = gatherd.stub.AsCompleted(
            request([call(request=b"kept"), hanging()]), timeout=wire.PATIENCE_S)
        kept = next(stream)
        backend.wait_for(lambda now: now["calls"] == 2)
        gatherd.signal(signal.SIGTERM)
        answer = wire.rest_of(stream, [kept])
        self.assertEqual(answer.by_id["0"].response, b"kept")
        self.assertEqual(answer.by_id["1"].cause, pb.CAUSE_SHUTDOWN)
        self.assertEqual(answer.decision.verdict, pb.VERDICT_CANCELLED)
        self.assertEqual(answer.code, grpc.StatusCode.UNAVAILABLE)
        self.assertEqual(answer.error_info.reason, "SHUTDOWN")
        self.assertEqual(gatherd.wait(), 0)

    def test_stream_that_is_open_is_finished_by_a_draining_server(self):
        backend = self.start(wire.Backend)
        gatherd = self.start(wire.Gatherd, {"a": backend.address})
        backend.hold(HELD)
        stream = gatherd.stub.AsCompleted(
            request([call(), call(method=HELD)]), timeout=wire.PATIENCE_S)
        next(stream)
        gatherd.signal(signal.SIGTERM)
        backend.release(HELD)
        answer = wire.rest_of(stream)
        self.assertEqual(answer.code, OK)
        self.assertEqual(answer.summary.succeeded, 2)
        self.assertEqual(gatherd.wait(), 0)


class SlowReaderTest(wire.WireTest):

    CALLS = 400
    REPLY_BYTES = 256 << 10
    IN_FLIGHT = 4

    # 4 MiB wait in the server and a transport window or two on the way; what is in flight is more.
    MAX_STARTED = 100
    MAX_GROWTH_KB = 40 << 10

    # semantics 41
    def test_holds_up_the_start_of_further_calls_and_loses_nothing(self):
        backend = self.start(wire.Backend)
        gatherd = self.start(wire.Gatherd, {"a": backend.address})
        gatherd.gather(request([call()]))
        memory = gatherd.memory_kb("VmRSS")
        gatherd.forget_memory_peak()
        calls = [call(metadata=entries(x_test_reply_bytes=self.REPLY_BYTES))] * self.CALLS
        stream = gatherd.stub.AsCompleted(
            request(calls, max_concurrency=self.IN_FLIGHT), timeout=wire.PATIENCE_S)
        next(stream)
        # More than the budget has been asked for; then it stands still, while others are served.
        backend.wait_for(lambda now: now["calls"] > 4 * MIB // self.REPLY_BYTES)
        for _ in range(200):
            self.assertEqual(gatherd.gather(request([call("a", "/x.Y/Other")])).code, OK)
        started = sum(seen.method == "/x.Y/Z" for seen in backend.calls())
        self.assertLess(started, self.MAX_STARTED)
        answer = wire.rest_of(stream)
        self.assertEqual(answer.code, OK)
        self.assertEqual(len(answer.outcomes), self.CALLS - 1)
        for outcome in answer.outcomes:
            self.assertEqual(len(outcome.response), self.REPLY_BYTES)
        if not wire.SANITIZED:
            self.assertLess(gatherd.memory_kb("VmHWM") - memory, self.MAX_GROWTH_KB)

    # semantics 40, 41
    def test_that_leaves_cancels_the_rest(self):
        backend = self.start(wire.Backend)
        gatherd = self.start(wire.Gatherd, {"a": backend.address})
        calls = [hanging()] + [call(metadata=entries(x_test_reply_bytes=self.REPLY_BYTES))
                               for _ in range(self.CALLS)]
        stream = gatherd.stub.AsCompleted(
            request(calls, max_concurrency=self.IN_FLIGHT), timeout=wire.PATIENCE_S)
        next(stream)
        backend.wait_for(lambda now: now["calls"] > 4 * MIB // self.REPLY_BYTES)
        stream.cancel()
        # Those whose replies were on their way may be cancelled, too.
        backend.wait_for(lambda now: now["cancelled"] >= 1 and now["in_flight"] == 0)
        self.assertLess(backend.stats()["calls"], self.MAX_STARTED)
        self.assertEqual(gatherd.as_completed(request([call()])).code, OK)


if __name__ == "__main__":
    unittest.main()
