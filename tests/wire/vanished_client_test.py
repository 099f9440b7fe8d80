"""A client that is still connected and never answers again, as one whose host has vanished."""

import signal
import unittest

import grpc

from gather.v1 import gather_pb2 as pb
from tests.wire.group_test_support import GroupTest

# A keepalive ping every 60 s, which has 20 s to be answered; and patience.
KEEPALIVE_S = 60 + 20 + 60


class VanishedClientTest(GroupTest):

    # semantics 47
    def test_has_every_sub_call_of_its_group_cancelled(self):
        client = self.start_client(20)
        client.send_signal(signal.SIGSTOP)
        self.backend.wait_for(lambda now: now["cancelled"] == 20, timeout=KEEPALIVE_S)
        answer = self.group(pb.MODE_COLLECT).join()
        self.assertEqual(answer.code, grpc.StatusCode.OK)


if __name__ == "__main__":
    unittest.main()
