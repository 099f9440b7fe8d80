"""The RPC's own status: each verdict with each error delivery, its message, and its details."""

import unittest

import grpc

from gather.v1 import gather_pb2 as pb
from tests.wire import wire_test_support as wire
from tests.wire.wire_test_support import call, entries, entry, failing, hanging, request

MAX_DETAILS_BYTES = 4096
MAX_MESSAGE_BYTES = 512


class VerdictTest(wire.WireTest):

    def test_satisfied_is_ok_in_both_deliveries(self):
        for delivery in (pb.ERROR_DELIVERY_UNSPECIFIED, pb.ERROR_DELIVERY_AS_STATUS,
                         pb.ERROR_DELIVERY_AS_RESPONSE):
            answer = self.gather([call(request=b"r")], error_delivery=delivery)
            self.assertEqual(answer.code, grpc.StatusCode.OK)
            self.assertEqual(answer.details_bytes, b"")
            self.assertEqual(answer.outcomes[0].response, b"r")

    # semantics 22
    def test_collect_with_all_failed_is_ok_in_both_deliveries(self):
        for delivery in (pb.ERROR_DELIVERY_UNSPECIFIED, pb.ERROR_DELIVERY_AS_STATUS,
                         pb.ERROR_DELIVERY_AS_RESPONSE):
            answer = self.gather(
                [failing(5), failing(9)], mode=pb.MODE_COLLECT, error_delivery=delivery)
            self.assertEqual(answer.code, grpc.StatusCode.OK)
            self.assertEqual([o.status.code for o in answer.outcomes], [5, 9])

    def test_failed_is_the_failures_code_message_and_details(self):
        answer = self.gather([
            call(), failing(5, "no such user", "b", id="user", method="/demo.Users/Get")])
        self.assertEqual(answer.code, grpc.StatusCode.NOT_FOUND)
        self.assertEqual(
            answer.message, 'sub-call 1 "user" (b /demo.Users/Get): no such user')
        self.assertEqual(answer.status.message, "")
        info = answer.error_info
        self.assertEqual((info.reason, info.domain), ("SUB_CALL_FAILED", "gather.v1"))
        self.assertEqual(
            dict(info.metadata), {
                "gather_id": answer.trailer("gather-id"),
                "index": "1",
                "id": "user",
                "target": "b",
                "method": "/demo.Users/Get",
            })
        failure = answer.failure
        self.assertEqual(failure.gather_id, answer.trailer("gather-id"))
        self.assertEqual(failure.decision.verdict, pb.VERDICT_FAILED)
        self.assertEqual(failure.decision.decided_by, 1)
        self.assertEqual(failure.decision.status.code, 5)
        self.assertEqual(failure.total_failures, 1)
        self.assertEqual(failure.failures[0].index, 1)
        self.assertEqual(failure.failures[0].id, "user")
        self.assertEqual(failure.failures[0].status.message, "no such user")
        self.assertEqual(failure.failures[0].origin, pb.ORIGIN_BACKEND)
        self.assertEqual(failure.failures[0].delivery, pb.DELIVERY_ANSWERED)
        self.assertEqual(failure.summary.failed, 1)

    def test_failed_as_response_is_ok_with_every_slot(self):
        answer = self.gather(
            [failing(5, "gone"), hanging()], error_delivery=pb.ERROR_DELIVERY_AS_RESPONSE)
        self.assertEqual(answer.code, grpc.StatusCode.OK)
        self.assertEqual(answer.response.decision.verdict, pb.VERDICT_FAILED)
        self.assertEqual(answer.response.decision.status.code, 5)
        self.assertEqual(len(answer.outcomes), 2)

    # semantics 63, 67
    def test_deadline_as_status(self):
        answer = self.gather([call(), hanging()], timeout=wire.duration(0.1))
        self.assertEqual(answer.code, grpc.StatusCode.DEADLINE_EXCEEDED)
        self.assertEqual(answer.error_info.reason, "GATHER_DEADLINE")
        self.assertEqual(answer.failure.decision.verdict, pb.VERDICT_DEADLINE_EXCEEDED)
        self.assertEqual(answer.failure.decision.status.code, 4)
        self.assertFalse(answer.failure.decision.HasField("decided_by"))
        self.assertEqual(answer.failure.total_failures, 0)

    # semantics 66, 67
    def test_deadline_as_response_keeps_what_was_finished(self):
        answer = self.gather(
            [call(request=b"done"), hanging()], timeout=wire.duration(0.1), mode=pb.MODE_COLLECT)
        self.assertEqual(answer.code, grpc.StatusCode.OK)
        self.assertEqual(answer.response.decision.verdict, pb.VERDICT_DEADLINE_EXCEEDED)
        self.assertEqual(answer.outcomes[0].response, b"done")
        late = answer.outcomes[1]
        self.assertEqual(late.disposition, pb.DISPOSITION_CANCELLED)
        self.assertEqual(late.cause, pb.CAUSE_GATHER_DEADLINE)
        self.assertEqual(late.status.code, 4)
        self.assertEqual(late.origin, pb.ORIGIN_ORCHESTRATOR)
        self.assertEqual(late.delivery, pb.DELIVERY_EFFECT_UNKNOWN)

    # semantics 68
    def test_partial_results_come_before_the_callers_own_deadline(self):
        answer = wire.answer_in_time(lambda: self.gatherd.gather(
            request([call(request=b"done"), hanging()], mode=pb.MODE_COLLECT), timeout=0.5))
        self.assertEqual(answer.code, grpc.StatusCode.OK)
        self.assertEqual(answer.response.decision.verdict, pb.VERDICT_DEADLINE_EXCEEDED)
        self.assertEqual(answer.outcomes[0].response, b"done")

    # semantics 25
    def test_cancelled_by_the_caller_is_cancelled_in_both_deliveries(self):
        for delivery in (pb.ERROR_DELIVERY_AS_STATUS, pb.ERROR_DELIVERY_AS_RESPONSE):
            before = self.a.stats()
            future = self.gatherd.stub.Gather.future(
                request([hanging()], mode=pb.MODE_COLLECT, error_delivery=delivery))
            self.a.wait_for(lambda now: now["calls"] == before["calls"] + 1)
            future.cancel()
            self.assertEqual(future.code(), grpc.StatusCode.CANCELLED)
            self.a.wait_for(lambda now: now["cancelled"] == before["cancelled"] + 1)


class MessageTest(wire.WireTest):

    # semantics 12
    def test_further_failures_are_counted_in_the_message(self):
        self.a.hold("/x.Y/Fail")
        before = self.a.stats()["calls"]
        future = self.gatherd.stub.Gather.future(
            request([failing(5 + i, "m%d" % i, method="/x.Y/Fail", id="i%d" % i)
                     for i in range(3)]))
        self.a.wait_for(lambda now: now["calls"] == before + 3)
        self.a.release("/x.Y/Fail")
        answer = wire.answer_of(lambda: (future.result(), future))
        failures = answer.failure.failures
        # How many of them ended before they were cancelled is up to the network.
        self.assertEqual(answer.failure.total_failures, len(failures))
        self.assertEqual([f.index for f in failures], sorted(f.index for f in failures))
        decided_by = answer.failure.decision.decided_by
        expected = 'sub-call %d "i%d" (a /x.Y/Fail): m%d' % ((decided_by,) * 3)
        if len(failures) > 1:
            expected += " (+%d more)" % (len(failures) - 1)
        self.assertEqual(answer.message, expected)

    def test_message_is_bounded(self):
        answer = self.gather([failing(5, "m" * 2000)])
        self.assertLessEqual(len(answer.message.encode()), MAX_MESSAGE_BYTES)
        self.assertTrue(answer.message.startswith('sub-call 0 "0" (a /x.Y/Z): mmm'))

    def test_message_is_cut_between_characters(self):
        metadata = entries(x_test_code=5) + [entry("x-test-message-bin", "\u00e4" * 500)]
        answer = self.gather([call(metadata=metadata)])
        self.assertLessEqual(len(answer.message.encode()), MAX_MESSAGE_BYTES)
        self.assertNotIn("\ufffd", answer.message)


class DetailsBoundTest(wire.WireTest):

    def big_failure(self, index):
        details = wire.details_with(
            (wire.ERROR_INFO_URL, pb.ErrorInfo(reason="R" * 600, domain="demo")))
        metadata = entries(x_test_code=5, x_test_message="m" * 900)
        return call(
            "a", metadata=metadata + [entry("x-test-details-bin", details)],
            requirement=pb.REQUIREMENT_OPTIONAL, id="o%d" % index)

    def test_details_stay_within_four_kilobytes_and_keep_the_essence(self):
        calls = [self.big_failure(i) for i in range(50)]
        # Fails last, so that all the others are listed, too.
        metadata = entries(x_test_code=9, x_test_message="the one", x_test_delay_ms=200)
        calls.append(call("b", metadata=metadata))
        answer = self.gather(calls)
        self.assertEqual(answer.code, grpc.StatusCode.FAILED_PRECONDITION)
        self.assertLessEqual(len(answer.details_bytes), MAX_DETAILS_BYTES)
        self.assertEqual(answer.error_info.metadata["index"], "50")
        failure = answer.failure
        self.assertEqual(failure.total_failures, 51)
        self.assertEqual(failure.decision.decided_by, 50)
        self.assertEqual(failure.decision.status.code, 9)
        self.assertEqual(failure.summary.failed, 51)
        self.assertLess(len(failure.failures), 51)
        self.assertIn(50, [f.index for f in failure.failures])
        for listed in failure.failures:
            if listed.index != 50:
                self.assertEqual(len(listed.status.details), 0)
                self.assertEqual(listed.status.message, "m" * 64)

    def test_a_single_failures_details_are_kept(self):
        details = wire.details_with(
            (wire.ERROR_INFO_URL, pb.ErrorInfo(reason="GONE", domain="demo")))
        metadata = entries(x_test_code=5) + [entry("x-test-details-bin", details)]
        answer = self.gather([call(metadata=metadata)])
        self.assertEqual(
            wire.packed(answer.failure.failures[0].status.details),
            wire.packed(pb.Status.FromString(details).details))


if __name__ == "__main__":
    unittest.main()
