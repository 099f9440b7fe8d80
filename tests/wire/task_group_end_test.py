"""TaskGroup: how a group ends when its client, its backend, its time or its server is gone."""

import signal
import unittest

import grpc

from gather.v1 import gather_pb2 as pb
from tests.wire import wire_test_support as wire
from tests.wire.group_test_support import HELD, Group, GroupTest, held
from tests.wire.wire_test_support import call, duration, entries, hanging, request

OK = grpc.StatusCode.OK


class GoneTest(GroupTest):

    # semantics 47, 51
    def test_a_client_that_cancels_has_every_sub_call_cancelled(self):
        group = self.group()
        group.add(*[hanging() for _ in range(20)])
        self.await_calls(20)
        group.stream.cancel()
        self.await_cancels(20)

    # semantics 47
    def test_a_client_that_is_killed_has_every_sub_call_cancelled(self):
        client = self.start_client(20)
        client.kill()
        self.await_cancels(20)
        self.assertEqual(self.group().join().code, OK)

    # semantics 72
    def test_a_backend_that_is_killed_is_a_failure_of_the_transport(self):
        group = self.group(pb.MODE_COLLECT)
        group.add(hanging())
        self.await_calls(1)
        self.backend.signal(signal.SIGKILL)
        outcome = group.next()
        self.assertEqual(outcome.disposition, pb.DISPOSITION_FAILED)
        self.assertEqual((outcome.status.code, outcome.origin), (14, pb.ORIGIN_TRANSPORT))
        self.assertEqual(outcome.delivery, pb.DELIVERY_EFFECT_UNKNOWN)
        back = self.start(wire.Backend, self.backend.port)
        group.add(call(request=b"back", metadata=entries(x_test_delay_ms=1)))
        # The channel may still be waiting to connect again.
        while (outcome := group.next()).disposition != pb.DISPOSITION_SUCCEEDED:
            self.assertEqual(outcome.delivery, pb.DELIVERY_NEVER_SENT)
            group.add(call(request=b"back"))
        self.assertEqual(outcome.response, b"back")
        self.assertEqual(back.stats()["calls"], 1)
        self.assertEqual(group.join().code, OK)



class TimeTest(GroupTest):

    # semantics 63
    def test_a_groups_timeout_ends_it(self):
        group = self.group(timeout=duration(0.3))
        group.add(call(request=b"kept"), hanging())
        answer = group.rest()
        self.assertEqual(answer.by_id["0"].response, b"kept")
        self.assertEqual(answer.by_id["1"].cause, pb.CAUSE_GATHER_DEADLINE)
        self.assertEqual(answer.code, grpc.StatusCode.DEADLINE_EXCEEDED)
        self.assertEqual(answer.error_info.reason, "GATHER_DEADLINE")

    # semantics 63, 68
    def test_the_rpcs_deadline_bounds_the_group_and_the_answer_comes_before_it(self):
        def ask():
            group = Group(self.gatherd, timeout=1)
            group.open()
            group.add(hanging())
            return group.rest()

        answer = wire.answer_in_time(ask)
        self.assertEqual(answer.by_id["0"].cause, pb.CAUSE_GATHER_DEADLINE)
        self.assertEqual(answer.error_info.reason, "GATHER_DEADLINE")

    # semantics 66
    def test_a_sub_calls_timeout_runs_from_its_add(self):
        group = self.group(pb.MODE_COLLECT)
        for _ in range(2):
            group.add(hanging(timeout=duration(0.2)))
            outcome = group.next()
            self.assertEqual(outcome.cause, pb.CAUSE_SUB_CALL_DEADLINE)
            self.assertGreaterEqual(wire.seconds(outcome.timing.finished), 0.19)
            self.assertLess(wire.seconds(outcome.timing.finished), 5)
        self.assertEqual(group.join().code, OK)


class MaximumTimeoutTest(GroupTest):

    flags = ("--max_timeout=300ms",)

    # semantics 63
    def test_bounds_each_sub_call_and_never_the_group(self):
        group = self.group(pb.MODE_COLLECT)
        for _ in range(2):
            group.add(hanging())
            self.assertEqual(group.next().cause, pb.CAUSE_SUB_CALL_DEADLINE)
        self.assertEqual(group.join().code, OK)


class DrainTest(GroupTest):

    flags = ("--drain_deadline=30s",)

    # semantics 55
    def test_an_open_group_goes_on_until_it_is_joined(self):
        self.backend.hold(HELD)
        group = self.group()
        group.add(held(request=b"held"))
        self.await_calls(1)
        self.gatherd.signal(signal.SIGTERM)
        self.gatherd.await_drain()
        group.add(call(request=b"added"))
        self.assertEqual(group.next().response, b"added")
        self.backend.release(HELD)
        answer = group.join()
        self.assertEqual(answer.summary.succeeded, 2)
        self.assertEqual(answer.code, OK)
        self.assertEqual(self.gatherd.wait(), 0)

    def test_a_new_group_is_refused(self):
        gatherd = self.start(wire.Gatherd, {"a": self.backend.address}, "--lame_duck=2s")
        gatherd.signal(signal.SIGTERM)
        gatherd.await_drain()
        group = Group(gatherd)
        group.send(pb.TaskGroupRequest(open=pb.Open()))
        answer = group.rest()
        self.assertEqual(answer.code, grpc.StatusCode.UNAVAILABLE)
        self.assertEqual(answer.error_info.reason, "DRAINING")

    # semantics 55
    def test_at_the_drain_deadline_a_group_ends_with_cause_shutdown(self):
        gatherd = self.start(wire.Gatherd, {"a": self.backend.address}, "--drain_deadline=300ms")
        group = Group(gatherd)
        group.open()
        group.add(call(request=b"kept"), hanging())
        self.assertEqual(group.next().response, b"kept")
        self.await_calls(2)
        gatherd.signal(signal.SIGTERM)
        answer = group.rest()
        self.assertEqual(answer.by_id["1"].cause, pb.CAUSE_SHUTDOWN)
        self.assertEqual(answer.decision.verdict, pb.VERDICT_CANCELLED)
        self.assertEqual(answer.code, grpc.StatusCode.UNAVAILABLE)
        self.assertEqual(answer.error_info.reason, "SHUTDOWN")
        self.assertEqual(gatherd.wait(), 0)

    def test_a_stream_that_has_not_opened_a_group_is_refused_and_holds_up_nothing(self):
        group = Group(self.gatherd)
        # What came later on the same connection is answered, so the stream has come.
        self.assertEqual(self.gatherd.gather(request([call()])).code, OK)
        self.gatherd.signal(signal.SIGTERM)
        answer = group.rest()
        self.assertEqual(answer.code, grpc.StatusCode.UNAVAILABLE)
        self.assertEqual(answer.error_info.reason, "DRAINING")
        self.assertEqual(self.gatherd.wait(), 0)


if __name__ == "__main__":
    unittest.main()
