"""Why a sub-call was cancelled or never started, and what limits and deadlines do."""

import unittest

import grpc

from gather.v1 import gather_pb2 as pb
from tests.wire import wire_test_support as wire
from tests.wire.wire_test_support import call, entries, failing, hanging, request

AS_RESPONSE = pb.ERROR_DELIVERY_AS_RESPONSE


class SiblingTest(wire.WireTest):

    # semantics 10, 13, 14, 55
    def test_first_failure_cancels_its_siblings_and_is_named(self):
        quick = call(request=b"kept")
        slow_failure = failing(5, "gone")
        slow_failure.metadata.extend(entries(x_test_delay_ms=100))
        answer = self.gather([hanging(), quick, slow_failure], error_delivery=AS_RESPONSE)
        cancelled, kept, failed = answer.outcomes
        self.assertEqual(cancelled.disposition, pb.DISPOSITION_CANCELLED)
        self.assertEqual(cancelled.cause, pb.CAUSE_SIBLING_FAILED)
        self.assertEqual(cancelled.caused_by, 2)
        self.assertEqual(cancelled.status.code, 1)
        self.assertEqual(cancelled.origin, pb.ORIGIN_ORCHESTRATOR)
        self.assertEqual(cancelled.delivery, pb.DELIVERY_EFFECT_UNKNOWN)
        self.assertEqual(kept.disposition, pb.DISPOSITION_SUCCEEDED)
        self.assertEqual(kept.response, b"kept")
        self.assertEqual(failed.disposition, pb.DISPOSITION_FAILED)
        self.assertFalse(failed.HasField("caused_by"))
        self.assertEqual(answer.response.decision.decided_by, 2)

    # semantics 23
    def test_failure_in_collect_cancels_nobody(self):
        answer = self.gather(
            [failing(5), call(request=b"late", metadata=entries(x_test_delay_ms=50))],
            mode=pb.MODE_COLLECT)
        self.assertEqual(answer.outcomes[1].disposition, pb.DISPOSITION_SUCCEEDED)
        self.assertEqual(answer.response.decision.decided_by, 1)

    # semantics 21
    def test_backends_own_cancelled_is_a_real_failure(self):
        answer = self.gather([failing(1, "mine")], error_delivery=AS_RESPONSE)
        outcome = answer.outcomes[0]
        self.assertEqual(outcome.disposition, pb.DISPOSITION_FAILED)
        self.assertEqual(outcome.cause, pb.CAUSE_UNSPECIFIED)
        self.assertEqual(outcome.status.code, 1)
        self.assertEqual(outcome.status.message, "mine")
        self.assertEqual(outcome.origin, pb.ORIGIN_BACKEND)
        self.assertEqual(answer.response.decision.verdict, pb.VERDICT_FAILED)


class LimitTest(wire.WireTest):

    def setUp(self):
        super().setUp()
        self.backend = self.start(wire.Backend)
        self.limited = self.start(wire.Gatherd, {"a": self.backend.address})

    # semantics 18, 19
    def test_gather_of_21_with_limit_3_whose_first_call_fails_has_sent_exactly_3(self):
        self.backend.hold("/x.Y/First")
        calls = [failing(5, "first", method="/x.Y/First")] + [hanging() for _ in range(20)]
        future = self.limited.stub.Gather.future(
            request(calls, max_concurrency=3, error_delivery=AS_RESPONSE))
        self.backend.wait_for(lambda now: now["calls"] == 3)
        self.backend.release("/x.Y/First")
        outcomes = future.result(timeout=wire.PATIENCE_S).outcomes
        self.backend.wait_for(lambda now: now["in_flight"] == 0)
        self.assertEqual(self.backend.stats()["calls"], 3)
        self.assertEqual(outcomes[0].disposition, pb.DISPOSITION_FAILED)
        for outcome in outcomes[1:3]:
            self.assertEqual(outcome.disposition, pb.DISPOSITION_CANCELLED)
            self.assertEqual(outcome.delivery, pb.DELIVERY_EFFECT_UNKNOWN)
        for outcome in outcomes[3:]:
            self.assertEqual(outcome.disposition, pb.DISPOSITION_NOT_STARTED)
            self.assertEqual(outcome.cause, pb.CAUSE_SIBLING_FAILED)
            self.assertEqual(outcome.caused_by, 0)
            self.assertEqual(outcome.status.code, 1)
            self.assertEqual(outcome.delivery, pb.DELIVERY_NEVER_SENT)
            self.assertFalse(outcome.timing.HasField("started"))

    # semantics 57
    def test_never_more_than_the_limit_in_flight(self):
        calls = [call(metadata=entries(x_test_delay_ms=5)) for _ in range(100)]
        answer = self.limited.gather(request(calls, max_concurrency=7))
        self.assertEqual(answer.response.summary.succeeded, 100)
        self.assertEqual(self.backend.stats()["max_in_flight"], 7)

    # semantics 9
    def test_calls_start_in_request_order(self):
        calls = [call(method="/x.Y/M%03d" % i) for i in range(200)]
        self.limited.gather(request(calls, max_concurrency=1))
        self.assertEqual([seen.method for seen in self.backend.calls()],
                         ["/x.Y/M%03d" % i for i in range(200)])

    # semantics 59, 66
    def test_own_deadline_in_the_queue_is_a_failure_that_was_never_sent(self):
        calls = [hanging(), call(timeout=wire.duration(0.1))]
        answer = self.limited.gather(
            request(calls, max_concurrency=1, error_delivery=AS_RESPONSE))
        queued = answer.outcomes[1]
        self.assertEqual(queued.disposition, pb.DISPOSITION_NOT_STARTED)
        self.assertEqual(queued.cause, pb.CAUSE_SUB_CALL_DEADLINE)
        self.assertEqual(queued.status.code, 4)
        self.assertEqual(queued.origin, pb.ORIGIN_ORCHESTRATOR)
        self.assertEqual(queued.delivery, pb.DELIVERY_NEVER_SENT)
        self.assertEqual(answer.response.decision.verdict, pb.VERDICT_FAILED)
        self.assertEqual(answer.response.decision.decided_by, 1)
        self.assertEqual(answer.outcomes[0].cause, pb.CAUSE_SIBLING_FAILED)
        self.assertEqual(self.backend.stats()["calls"], 1)

    # semantics 59
    def test_gather_deadline_in_the_queue(self):
        answer = self.limited.gather(
            request([hanging(), call()], mode=pb.MODE_COLLECT, max_concurrency=1,
                    timeout=wire.duration(0.1)))
        self.assertEqual(answer.outcomes[1].disposition, pb.DISPOSITION_NOT_STARTED)
        self.assertEqual(answer.outcomes[1].cause, pb.CAUSE_GATHER_DEADLINE)
        self.assertEqual(answer.outcomes[1].status.code, 4)
        self.assertEqual(answer.outcomes[1].delivery, pb.DELIVERY_NEVER_SENT)


class DeadlineTest(wire.WireTest):

    # semantics 66
    def test_own_deadline_after_sending_is_a_failure(self):
        answer = self.gather(
            [hanging(timeout=wire.duration(0.1))], error_delivery=AS_RESPONSE)
        outcome = answer.outcomes[0]
        self.assertEqual(outcome.disposition, pb.DISPOSITION_FAILED)
        self.assertEqual(outcome.cause, pb.CAUSE_SUB_CALL_DEADLINE)
        self.assertEqual(outcome.status.code, 4)
        self.assertEqual(outcome.origin, pb.ORIGIN_ORCHESTRATOR)
        self.assertEqual(outcome.delivery, pb.DELIVERY_EFFECT_UNKNOWN)
        self.assertEqual(answer.response.decision.verdict, pb.VERDICT_FAILED)
        self.assertEqual(answer.response.decision.status.code, 4)

    # semantics 66
    def test_backends_own_early_deadline_is_the_backends(self):
        outcome = self.gather([failing(4, "upstream")], mode=pb.MODE_COLLECT).outcomes[0]
        self.assertEqual(outcome.disposition, pb.DISPOSITION_FAILED)
        self.assertEqual(outcome.cause, pb.CAUSE_UNSPECIFIED)
        self.assertEqual(outcome.origin, pb.ORIGIN_BACKEND)
        self.assertEqual(outcome.delivery, pb.DELIVERY_ANSWERED)

    # semantics 69
    def test_failure_before_the_expiry_is_reported_with_it(self):
        answer = self.gather(
            [failing(5, requirement=pb.REQUIREMENT_OPTIONAL), hanging()],
            timeout=wire.duration(0.15))
        self.assertEqual(answer.code, grpc.StatusCode.DEADLINE_EXCEEDED)
        self.assertEqual(answer.failure.total_failures, 1)
        self.assertEqual(answer.failure.failures[0].status.code, 5)

    # semantics 63
    def test_timeout_above_the_servers_is_clamped_and_said(self):
        answer = self.gather([call()], timeout=wire.duration(3 * 3600))
        self.assertEqual(answer.code, grpc.StatusCode.OK)
        self.assertTrue(answer.trailer("gather-clamped"))
        unclamped = self.gather([call()], timeout=wire.duration(3))
        self.assertIsNone(unclamped.trailer("gather-clamped"))

    def test_concurrency_above_the_servers_is_clamped_and_said(self):
        answer = self.gather([call()], max_concurrency=1_000_000)
        self.assertEqual(answer.code, grpc.StatusCode.OK)
        self.assertTrue(answer.trailer("gather-clamped"))


class AbandonedTest(wire.WireTest):

    # semantics 51
    def test_callers_cancel_reaches_every_backend(self):
        before = self.a.stats(), self.b.stats()
        future = self.gatherd.stub.Gather.future(
            request([hanging() for _ in range(10)] + [hanging("b") for _ in range(10)]))
        for backend, stats in zip((self.a, self.b), before):
            backend.wait_for(lambda now, stats=stats: now["calls"] == stats["calls"] + 10)
        future.cancel()
        for backend, stats in zip((self.a, self.b), before):
            backend.wait_for(lambda now, stats=stats: now["cancelled"] == stats["cancelled"] + 10)

    # semantics 51
    def test_vanished_connection_cancels_its_gathers(self):
        before = self.a.stats()
        channel = grpc.insecure_channel(
            self.gatherd.address, options=(("grpc.use_local_subchannel_pool", 1),))
        stub = wire.gather_pb2_grpc.GatherServiceStub(channel)
        future = stub.Gather.future(request([hanging() for _ in range(5)]))
        self.a.wait_for(lambda now: now["calls"] == before["calls"] + 5)
        channel.close()
        self.a.wait_for(lambda now: now["cancelled"] == before["cancelled"] + 5)
        self.assertTrue(future.done())


if __name__ == "__main__":
    unittest.main()
