"""What a configured gatherd refuses for being too much: code, reason, words, and that no backend is
called."""

import hashlib
import signal
import time
import unittest

import grpc

from gather.v1 import gather_pb2 as pb
from tests.wire import group_test_support as group_support
from tests.wire import wire_test_support as wire
from tests.wire.config_test_support import ConfigFile, config, target
from tests.wire.group_test_support import HELD, held
from tests.wire.wire_test_support import call, request

ALICE = (("authorization", "Bearer alice's"),)
BOB = (("authorization", "Bearer bob's"),)
EXHAUSTED = grpc.StatusCode.RESOURCE_EXHAUSTED
RETRY_INFO = "type.googleapis.com/google.rpc.RetryInfo"


def sha256(token):
    return hashlib.sha256(token).hexdigest()


class LimitsTest(wire.ProcessTest):

    def serve(self, target_limits=None, **fields):
        self.running = []
        self.backend = self.start(wire.Backend)
        self.backend.hold(HELD)
        self.file = ConfigFile(self, self.content(target_limits, **fields))
        self.gatherd = self.start(wire.Gatherd, {}, "--config=" + self.file.path)

    def content(self, target_limits=None, **fields):
        return config(target("a", self.backend.address, limits=target_limits or {}), **fields)

    def start_gather(self, *calls, **fields):
        future = self.gatherd.stub.Gather.future(
            request(calls, **fields), timeout=wire.PATIENCE_S)
        self.running.append(future)  # one that nobody knows any more is cancelled
        return future

    def await_calls(self, count):
        self.backend.wait_for(lambda now: now["calls"] == count)

    def assert_refused(self, answer, reason, message):
        self.assertEqual(answer.code, EXHAUSTED, answer.message)
        self.assertEqual(answer.error_info.reason, reason)
        self.assertEqual(answer.message, message)
        retry = answer.detail(RETRY_INFO, pb.RetryInfo)
        self.assertGreater(wire.seconds(retry.retry_delay), 0)
        self.assertRegex(answer.trailer("gather-id"), "^[0-9a-f]{32}$")

    def refuse_everywhere(self, reason, message):
        calls = self.backend.stats()["calls"]
        self.assert_refused(self.gatherd.gather(request([call()])), reason, message)
        self.assert_refused(self.gatherd.as_completed(request([call()])), reason, message)
        group = group_support.Group(self.gatherd)
        self.assert_refused(group.rest(), reason, message)
        # What does not even parse is refused for load before anybody looks at it.
        nonsense = self.gatherd.channel.unary_unary("/gather.v1.GatherService/Gather")
        with self.assertRaises(grpc.RpcError) as raised:
            nonsense(b"\xff\xff\xff", timeout=wire.PATIENCE_S)
        self.assertEqual(raised.exception.details(), message)
        self.assertEqual(self.backend.stats()["calls"], calls)

    # refusals: OVERLOADED
    def test_more_gathers_than_the_server_takes_on(self):
        self.serve(limits={"max_gathers": 1})
        running = self.start_gather(held())
        self.await_calls(1)
        self.refuse_everywhere(
            "OVERLOADED", "the server has 1 gathers in flight, at most 1: retry later")
        self.backend.release(HELD)
        running.result(timeout=wire.PATIENCE_S)
        self.assertEqual(self.gatherd.gather(request([call()])).code, grpc.StatusCode.OK)

    # refusals: OVERLOADED
    def test_more_sub_calls_than_the_server_takes_on(self):
        self.serve(limits={"max_sub_calls": 3})
        self.start_gather(held(), held())
        self.await_calls(2)
        message = "the server has 2 sub-calls in flight and waiting, at most 3: retry later"
        two = request([call(), call()])
        self.assert_refused(self.gatherd.gather(two), "OVERLOADED", message)
        self.assertEqual(self.gatherd.gather(request([call()])).code, grpc.StatusCode.OK)
        self.start_gather(held())
        self.await_calls(4)
        self.refuse_everywhere(
            "OVERLOADED",
            "the server has 3 sub-calls in flight and waiting, at most 3: retry later")
        self.backend.release(HELD)

    # refusals: OVERLOADED
    def test_more_memory_than_the_server_should_have(self):
        self.serve(limits={"max_memory_bytes": 1})
        answer = self.gatherd.gather(request([call()]))
        self.assertEqual(answer.code, EXHAUSTED)
        self.assertEqual(answer.error_info.reason, "OVERLOADED")
        self.assertRegex(
            answer.message,
            r"^the server has \d+ bytes of memory in use, at most 1: retry later$")
        self.assertIsNotNone(answer.detail(RETRY_INFO, pb.RetryInfo))
        self.assertEqual(self.backend.stats()["calls"], 0)

    # refusals: OVERLOADED
    def test_add_of_a_group_is_rejected_and_the_group_goes_on(self):
        self.serve(limits={"max_sub_calls": 1})
        group = group_support.Group(self.gatherd)
        group.open(mode=pb.MODE_COLLECT)
        group.add(held())
        self.await_calls(1)
        group.add(call())
        rejected = group.next()
        self.assertEqual(rejected.disposition, pb.DISPOSITION_REJECTED)
        self.assertEqual(rejected.cause, pb.CAUSE_LIMIT)
        self.assertEqual(
            rejected.status.message,
            "calls[1]: the server has 1 sub-calls in flight and waiting, at most 1: retry later")
        self.assertEqual([each.type_url for each in rejected.status.details][1], RETRY_INFO)
        self.backend.release(HELD)
        self.assertEqual(group.next().disposition, pb.DISPOSITION_SUCCEEDED)
        group.add(call())
        self.assertEqual(group.next().disposition, pb.DISPOSITION_SUCCEEDED)
        self.assertEqual(group.join().code, grpc.StatusCode.OK)
        self.assertEqual(self.backend.stats()["calls"], 2)

    def serve_quotas(self, **fields):
        """alice has limits of her own, everybody else those of all."""
        self.serve(
            authentication={
                "tokens": [{"principal": "alice", "sha256": sha256(b"alice's")},
                           {"principal": "bob", "sha256": sha256(b"bob's")}],
                "anonymous_principal": "anonymous",
            },
            principals=[{"name": "alice", "limits": {
                "sub_calls_per_second": 0.5, "burst": 5, "max_open_groups": 1}}],
            **fields)

    # refusals: QUOTA
    def test_more_sub_calls_than_a_principal_has_left(self):
        self.serve_quotas()
        three = request([call(), call(), call()])
        self.assertEqual(self.gatherd.gather(three, metadata=ALICE).code, grpc.StatusCode.OK)
        message = ('calls: 3 sub-calls are more than principal "alice" has left of 0.5 a second')
        self.assert_refused(self.gatherd.gather(three, metadata=ALICE), "QUOTA", message)
        self.assert_refused(self.gatherd.as_completed(three, metadata=ALICE), "QUOTA", message)
        self.assertEqual(self.backend.stats()["calls"], 3)
        for metadata in (BOB, ()):
            self.assertEqual(self.gatherd.gather(three, metadata=metadata).code,
                             grpc.StatusCode.OK)
        self.assertEqual(self.gatherd.gather(request([call()]), metadata=ALICE).code,
                         grpc.StatusCode.OK)

    # refusals: QUOTA
    def test_adds_of_a_group_cost_one_each(self):
        self.serve_quotas()
        group = group_support.Group(self.gatherd, metadata=ALICE)
        group.open(mode=pb.MODE_COLLECT)
        group.add(*[call() for _ in range(6)])
        outcomes = [group.next() for _ in range(6)]
        rejected = [each for each in outcomes if each.disposition == pb.DISPOSITION_REJECTED]
        self.assertEqual(len(rejected), 1)
        self.assertEqual(
            rejected[0].status.message,
            'calls[5]: 1 sub-call is more than principal "alice" has left of 0.5 a second')
        self.assertEqual(rejected[0].cause, pb.CAUSE_LIMIT)
        self.assertEqual([each.type_url for each in rejected[0].status.details][1], RETRY_INFO)
        self.assertEqual(group.join().code, grpc.StatusCode.OK)
        self.assertEqual(self.backend.stats()["calls"], 5)

    # refusals: QUOTA
    def test_more_open_groups_than_a_principal_may_have(self):
        self.serve_quotas()
        group = group_support.Group(self.gatherd, metadata=ALICE)
        group.open()
        refused = group_support.Group(self.gatherd, metadata=ALICE)
        refused.send(pb.TaskGroupRequest(open=pb.Open()))
        self.assert_refused(
            refused.rest(), "QUOTA",
            'open: principal "alice" has 1 task groups open, which is all that it may have')
        group_support.Group(self.gatherd, metadata=BOB).open()
        self.assertEqual(group.join().code, grpc.StatusCode.OK)
        group_support.Group(self.gatherd, metadata=ALICE).open()
        self.assertEqual(self.backend.stats()["calls"], 0)

    def test_what_was_used_up_stays_used_up_over_a_reload(self):
        self.serve_quotas()
        five = request([call() for _ in range(5)])
        self.assertEqual(self.gatherd.gather(five, metadata=ALICE).code, grpc.StatusCode.OK)
        self.gatherd.signal(signal.SIGHUP)
        self.assertEqual(self.gatherd.gather(five, metadata=ALICE).error_info.reason, "QUOTA")

    # refusals: TARGET_LIMIT
    def test_target_with_a_full_queue_rejects_the_slot(self):
        self.serve({"max_in_flight": 1, "max_queued": 1})
        running = self.start_gather(held(), held(), held(), mode=pb.MODE_COLLECT)
        self.await_calls(1)
        self.backend.release(HELD)
        outcomes = running.result(timeout=wire.PATIENCE_S).outcomes
        self.assertEqual(
            [each.disposition for each in outcomes],
            [pb.DISPOSITION_SUCCEEDED, pb.DISPOSITION_SUCCEEDED, pb.DISPOSITION_REJECTED])
        refused = outcomes[2]
        self.assertEqual((refused.status.code, refused.cause), (8, pb.CAUSE_LIMIT))
        self.assertEqual(refused.delivery, pb.DELIVERY_NEVER_SENT)
        self.assertEqual(
            refused.status.message,
            'calls[2].target: "a" has 1 sub-calls in flight and 1 waiting, which is all that it may '
            "have")
        info = pb.ErrorInfo.FromString(refused.status.details[0].value)
        self.assertEqual(info.reason, "TARGET_LIMIT")
        self.assertEqual(self.backend.stats()["calls"], 2)

    # refusals: TARGET_LIMIT
    def test_target_with_a_full_queue_decides_a_gather_that_fails_fast(self):
        self.serve({"max_in_flight": 1, "max_queued": 1})
        answer = self.gatherd.gather(request([held(), call(), call()]))
        self.assertEqual(answer.code, EXHAUSTED)
        self.assertEqual(answer.error_info.reason, "SUB_CALL_FAILED")
        self.assertEqual(answer.failure.decision.decided_by, 2)

    def test_all_gathers_together_keep_to_the_targets_limit(self):
        self.serve({"max_in_flight": 3}, listener={"workers": 2})
        clients = [wire.Client(self.gatherd.address) for _ in range(4)]
        running = [
            client.stub.Gather.future(
                request([held() for _ in range(5)]), timeout=wire.PATIENCE_S)
            for client in clients
        ]
        self.await_calls(3)
        self.backend.release(HELD)
        for gather in running:
            gather.result(timeout=wire.PATIENCE_S)
        stats = self.backend.stats()
        self.assertEqual(stats["calls"], 20)
        self.assertLessEqual(stats["max_in_flight"], 3)

    def test_waiting_for_a_permit_shows_as_queued(self):
        self.serve({"max_in_flight": 1})
        running = self.start_gather(held(), held())
        self.await_calls(1)
        time.sleep(0.02)
        self.backend.release(HELD)
        first, second = running.result(timeout=wire.PATIENCE_S).outcomes
        self.assertLess(wire.seconds(first.timing.queued), 0.02)
        self.assertGreaterEqual(wire.seconds(second.timing.queued), 0.02)

    def test_other_limits_hold_from_a_reload_on_for_those_who_wait_already(self):
        self.serve({"max_in_flight": 1})
        running = self.start_gather(held(), held(), held())
        self.await_calls(1)
        self.file.write(self.content({"max_in_flight": 2}))
        self.gatherd.signal(signal.SIGHUP)
        self.await_calls(2)
        self.file.write(self.content({"max_in_flight": 2, "dry_run": True}))
        self.gatherd.signal(signal.SIGHUP)
        self.await_calls(3)
        self.backend.release(HELD)
        running.result(timeout=wire.PATIENCE_S)

    def test_replies_that_find_no_room_are_not_asked_for(self):
        self.serve(limits={"max_reply_bytes": 1000, "max_buffered_bytes": 2500})
        running = self.start_gather(*[held(request=b"x" * 900) for _ in range(4)])
        self.await_calls(2)
        self.backend.release(HELD)
        answer = running.result(timeout=wire.PATIENCE_S)
        self.assertEqual([len(each.response) for each in answer.outcomes], [900] * 4)
        self.assertEqual(self.backend.stats()["max_in_flight"], 2)

    def test_replies_that_find_no_room_in_their_own_gather_are_not_asked_for(self):
        self.serve(limits={"max_reply_bytes": 1000, "max_buffered_bytes_per_gather": 2500})
        running = self.start_gather(*[held(request=b"x" * 900) for _ in range(4)])
        self.await_calls(2)
        others = self.start_gather(held())
        self.await_calls(3)
        self.backend.release(HELD)
        answer = running.result(timeout=wire.PATIENCE_S)
        others.result(timeout=wire.PATIENCE_S)
        self.assertEqual([len(each.response) for each in answer.outcomes], [900] * 4)
        self.assertEqual(self.backend.stats()["max_in_flight"], 3)

    def test_events_that_nobody_reads_take_room_until_they_are_read(self):
        self.serve(limits={"max_reply_bytes": 200000, "max_buffered_bytes": 600000})
        calls = [call(request=b"x" * 100000) for _ in range(50)]
        stream = self.gatherd.stub.AsCompleted(request(calls), timeout=wire.PATIENCE_S)
        self.assertEqual(len(wire.rest_of(stream).outcomes), 50)
        self.assertEqual(self.gatherd.gather(request([call()])).code, grpc.StatusCode.OK)

    def test_dry_run_refuses_nothing(self):
        self.serve({"max_in_flight": 1, "max_queued": 1, "dry_run": True},
                   limits={"max_gathers": 1, "max_sub_calls": 1, "max_memory_bytes": 1,
                           "max_buffered_bytes": 1, "dry_run": True})
        running = self.start_gather(held(), held(), held())
        self.await_calls(3)
        self.assertEqual(self.gatherd.gather(request([call()])).code, grpc.StatusCode.OK)
        self.backend.release(HELD)
        running.result(timeout=wire.PATIENCE_S)


if __name__ == "__main__":
    unittest.main()
