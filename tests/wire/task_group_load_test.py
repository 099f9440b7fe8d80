"""TaskGroup: what waits is bounded, whoever is slow."""

import unittest

import grpc

from gather.v1 import gather_pb2 as pb
from tests.wire import wire_test_support as wire
from tests.wire.group_test_support import HELD, Group, GroupTest, held
from tests.wire.wire_test_support import call, entries, request

OK = grpc.StatusCode.OK


class ReleaseTest(GroupTest):

    # semantics 48
    def test_what_has_ended_takes_no_memory(self):
        group = self.group()
        reply = 100_000

        def pass_through(count):
            for _ in range(count // 10):
                group.add(*[call(metadata=entries(x_test_reply_bytes=reply)) for _ in range(10)])
                for _ in range(10):
                    self.assertEqual(len(group.next(keep=False).response), reply)

        pass_through(200)
        before = self.gatherd.memory_kb("VmRSS")
        pass_through(2000)
        if not wire.SANITIZED:  # all replies together: 200 MB
            self.assertLess(self.gatherd.memory_kb("VmRSS") - before, 20_000)
        self.assertEqual(group.join().summary.succeeded, 2200)


class BackPressureTest(GroupTest):

    flags = ("--max_calls=3", "--max_concurrency=1")
    ADDS = 100
    ADD_BYTES = 1 << 20
    MAX_GROWTH_KB = 50 << 10

    def serve_others(self):
        """Time enough to read more, were it not held back; and others are not."""
        for _ in range(300):
            self.assertEqual(self.gatherd.gather(request([call(method="/x.Y/Other")])).code, OK)

    # semantics 41, 61
    def test_a_group_is_not_read_while_too_many_sub_calls_wait(self):
        self.backend.hold(HELD)
        group = self.group()
        self.gatherd.forget_memory_peak()
        before = self.gatherd.memory_kb("VmRSS")
        group.add(held(request=b"first"))
        for _ in range(self.ADDS):
            group.add(call(request=b"x" * self.ADD_BYTES,
                           metadata=entries(x_test_reply_bytes=1)))
        self.await_calls(1)
        self.serve_others()
        if not wire.SANITIZED:
            self.assertLess(self.gatherd.memory_kb("VmHWM") - before, self.MAX_GROWTH_KB)
        self.backend.release(HELD)
        answer = group.join()
        self.assertEqual(answer.summary.succeeded, self.ADDS + 1)
        self.assertEqual(answer.code, OK)

    # semantics 48
    def test_a_group_is_not_read_while_what_is_unended_came_with_too_many_bytes(self):
        many = self.start(wire.Gatherd, {"a": self.backend.address},
                          "--max_request_bytes=%d" % (4 * self.ADD_BYTES))
        self.backend.hold(HELD)
        group = Group(many)
        group.open()
        many.forget_memory_peak()
        before = many.memory_kb("VmRSS")
        for _ in range(self.ADDS):
            group.add(held(request=b"x" * self.ADD_BYTES))
        self.await_calls(4)
        for _ in range(300):
            self.assertEqual(many.gather(request([call(method="/x.Y/Other")])).code, OK)
        self.assertEqual(self.backend.stats()["calls"], 4 + 300)
        if not wire.SANITIZED:
            self.assertLess(many.memory_kb("VmHWM") - before, self.MAX_GROWTH_KB)
        self.backend.release(HELD)
        self.assertEqual(group.join().summary.succeeded, self.ADDS)

    # semantics 41
    def test_a_group_whose_outcomes_are_not_read_is_not_read_either(self):
        group = self.group()
        self.gatherd.forget_memory_peak()
        before = self.gatherd.memory_kb("VmRSS")
        # Each ends at once, without a backend, and its outcome is as large as the add.
        ended = call("nobody", fallback=pb.Fallback(response=b"x" * self.ADD_BYTES))
        for _ in range(self.ADDS):
            group.add(ended)
        self.serve_others()
        if not wire.SANITIZED:
            self.assertLess(self.gatherd.memory_kb("VmHWM") - before, self.MAX_GROWTH_KB)
        answer = group.join()
        self.assertEqual(answer.summary.succeeded, self.ADDS)
        for outcome in answer.outcomes:
            self.assertEqual(len(outcome.response), self.ADD_BYTES)


if __name__ == "__main__":
    unittest.main()
