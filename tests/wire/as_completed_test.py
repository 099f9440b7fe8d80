"""AsCompleted: outcomes as they come, then the summary, then the status."""

import unittest

import grpc

from gather.v1 import gather_pb2 as pb
from tests.wire import wire_test_support as wire
from tests.wire.wire_test_support import call, failing, request


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
        self.assertEqual(answer.code, grpc.StatusCode.OK)
        self.assertEqual(answer.summary.gather_id, answer.trailer("gather-id"))


if __name__ == "__main__":
    unittest.main()
