"""TaskGroup: sub-calls are added while others run."""

import unittest

import grpc

from gather.v1 import gather_pb2 as pb
from tests.wire import wire_test_support as wire
from tests.wire.wire_test_support import call, failing, request


class GroupTest(wire.WireTest):

    # semantics 42, 43
    def test_adds_run_at_once_and_half_close_joins(self):
        group = wire.Group(self.gatherd)
        gather_id = group.open()
        group.add(call(request=b"0"))
        self.assertEqual(group.next().response, b"0")
        group.add(call("b", request=b"1", id="one"))
        answer = group.join()
        self.assertEqual(answer.code, grpc.StatusCode.OK)
        self.assertEqual([(o.index, o.id, o.response) for o in answer.outcomes],
                         [(0, "0", b"0"), (1, "one", b"1")])
        self.assertEqual(answer.decision.verdict, pb.VERDICT_SATISFIED)
        self.assertEqual(answer.summary.succeeded, 2)
        self.assertEqual(answer.summary.gather_id, gather_id)
        self.assertEqual(answer.trailer("gather-id"), gather_id)


if __name__ == "__main__":
    unittest.main()
