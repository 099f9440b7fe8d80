"""Many, large and abandoned: what a gather does under weight."""

import time
import unittest

import grpc

from gather.v1 import gather_pb2 as pb
from tests.wire import wire_test_support as wire
from tests.wire.wire_test_support import call, entries, failing, hanging, request


class SizeTest(wire.WireTest):

    # semantics 1, 61
    def test_five_thousand_sub_calls_in_one_gather(self):
        calls = [call("ab"[i % 2], request=b"%d" % i) for i in range(5000)]
        answer = self.gather(calls)
        self.assertEqual(answer.code, grpc.StatusCode.OK)
        self.assertEqual([o.response for o in answer.outcomes], [b"%d" % i for i in range(5000)])
        self.assertEqual(answer.response.summary.succeeded, 5000)
        # The server's default limit.
        for backend in (self.a, self.b):
            self.assertLessEqual(backend.stats()["max_in_flight"], 1000)

    def test_eight_replies_of_a_megabyte(self):
        calls = [call(metadata=entries(x_test_reply_bytes=1 << 20)) for _ in range(8)]
        answer = self.gather(calls)
        self.assertEqual(answer.code, grpc.StatusCode.OK)
        for outcome in answer.outcomes:
            self.assertEqual(outcome.response, b"x" * (1 << 20))

    def test_eight_requests_of_a_megabyte(self):
        payloads = [bytes([i]) * (1 << 20) for i in range(8)]
        answer = self.gather([call(request=payload) for payload in payloads])
        self.assertEqual([o.response for o in answer.outcomes], payloads)

    def test_a_thousand_gathers_at_once(self):
        futures = [
            self.gatherd.stub.Gather.future(
                request([call(request=b"%d" % i), call("b", request=b"b%d" % i)]))
            for i in range(1000)
        ]
        for i, future in enumerate(futures):
            outcomes = future.result(timeout=wire.PATIENCE_S).outcomes
            self.assertEqual([o.response for o in outcomes], [b"%d" % i, b"b%d" % i])


class CancelTest(wire.WireTest):

    ROUNDS = 20
    CALLS = 100
    WITHIN_MS = 250

    def assert_mostly_within(self, spans_ns):
        """The 95th percentile of twenty is the last but one."""
        spans_ms = sorted(span / 1e6 for span in spans_ns)
        self.assertLessEqual(spans_ms[len(spans_ms) * 95 // 100 - 1], self.WITHIN_MS, spans_ms)

    def last_cancel(self, backend, count):
        """When the last of `count` cancels was seen, all other calls set aside."""
        backend.wait_for(lambda now: now["in_flight"] == 0)
        cancels = [seen.cancelled for seen in backend.calls() if seen.cancelled]
        self.assertEqual(len(cancels), count)
        return max(cancels)

    # semantics 10, 51
    def test_failed_gathers_cancels_are_seen_at_once(self):
        spans = []
        for round_number in range(self.ROUNDS):
            with self.subTest(round=round_number):
                spans.append(self.failed_gather())
        self.assert_mostly_within(spans)

    def failed_gather(self):
        backend = wire.Backend()
        try:
            gatherd = wire.Gatherd({"a": backend.address})
            try:
                backend.hold("/x.Y/First")
                calls = [failing(5, method="/x.Y/First")]
                calls += [hanging() for _ in range(self.CALLS - 1)]
                future = gatherd.stub.Gather.future(request(calls))
                backend.wait_for(lambda now: now["calls"] == self.CALLS)
                backend.release("/x.Y/First")
                self.assertEqual(future.code(), grpc.StatusCode.NOT_FOUND)
                last = self.last_cancel(backend, self.CALLS - 1)
                failed = [seen.ended for seen in backend.calls() if seen.method == "/x.Y/First"]
                return last - failed[0]
            finally:
                gatherd.stop()
        finally:
            backend.stop()

    # semantics 51
    def test_abandoned_gathers_cancels_are_seen_at_once(self):
        spans = []
        for round_number in range(self.ROUNDS):
            with self.subTest(round=round_number):
                before = self.a.stats()
                future = self.gatherd.stub.Gather.future(
                    request([hanging() for _ in range(self.CALLS)]))
                self.a.wait_for(lambda now, b=before: now["calls"] == b["calls"] + self.CALLS)
                abandoned_at = time.monotonic_ns()
                future.cancel()
                last = self.last_cancel(self.a, self.CALLS * (round_number + 1))
                spans.append(last - abandoned_at)
        self.assert_mostly_within(spans)


@unittest.skipIf(wire.SANITIZED, "a sanitizer's own memory says nothing of ours")
class FlatMemoryTest(wire.WireTest):

    def test_memory_does_not_grow_with_the_number_of_gathers(self):
        shape = request([call(request=b"x" * 100) for _ in range(10)])

        def run(count):
            for _ in range(count):
                self.assertEqual(self.gatherd.gather(shape).code, grpc.StatusCode.OK)
            return self.gatherd.memory_kb("VmRSS")

        run(500)
        early_kb = run(500)
        self.assertLess(run(3000), early_kb * 1.05)


if __name__ == "__main__":
    unittest.main()
