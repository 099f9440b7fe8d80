"""TaskGroup: wrong messages, and that they leave nothing running."""

import unittest

import grpc

from gather.v1 import gather_pb2 as pb
from tests.wire import wire_test_support as wire
from tests.wire.group_test_support import Group, GroupTest
from tests.wire.wire_test_support import call, duration, hanging

OK = grpc.StatusCode.OK
INVALID = grpc.StatusCode.INVALID_ARGUMENT


class WrongMessageTest(GroupTest):

    flags = ("--max_request_bytes=100000",)

    def assert_refused(self, answer, reason, code=INVALID):
        self.assertEqual(answer.code, code, answer.message)
        self.assertEqual(answer.error_info.reason, reason)
        self.assertRegex(answer.trailer("gather-id"), "^[0-9a-f]{32}$")
        self.assertIsNone(answer.failure)

    def refused_at_once(self, message, reason):
        group = Group(self.gatherd)
        group.send(message)
        answer = group.rest()
        self.assert_refused(answer, reason)
        self.assertTrue(answer.told_nothing)
        self.assertEqual(self.backend.stats()["calls"], 0)

    # semantics 47
    def test_before_open(self):
        for message in (pb.TaskGroupRequest(add=call()),
                        pb.TaskGroupRequest(cancel=pb.CancelSubCall(id="0")),
                        pb.TaskGroupRequest(end_early=pb.EndEarly()), pb.TaskGroupRequest()):
            self.refused_at_once(message, "BAD_GROUP")

    # semantics 47
    def test_half_close_before_open(self):
        group = Group(self.gatherd)
        self.assert_refused(group.join(), "BAD_GROUP")

    # semantics 3, 35
    def test_open_with_what_a_gather_would_refuse(self):
        for open_message, reason in (
            (pb.Open(policy=pb.Policy(mode=99)), "BAD_POLICY"),
            (pb.Open(policy=pb.Policy(mode=pb.MODE_QUORUM)), "BAD_POLICY"),
            (pb.Open(policy=pb.Policy(min_successes=1)), "BAD_POLICY"),
            (pb.Open(policy=pb.Policy(max_failures=1)), "BAD_POLICY"),
            (pb.Open(timeout=duration(-1)), "BAD_TIMEOUT"),
            (pb.Open(defaults=pb.SubCall(id="x")), "BAD_DEFAULTS"),
            (pb.Open(label="line\nbreak"), "BAD_LABEL"),
        ):
            with self.subTest(open=str(open_message)):
                self.refused_at_once(pb.TaskGroupRequest(open=open_message), reason)

    def refused_in_a_group(self, send, reason, code=INVALID):
        """Everything that runs is cancelled, and the refusal is what is told."""
        group = self.group(pb.MODE_COLLECT)
        before = self.backend.stats()
        group.add(hanging(id="running"), hanging())
        self.backend.wait_for(lambda now: now["calls"] == before["calls"] + 2)
        send(group)
        answer = group.rest()
        self.assert_refused(answer, reason, code)
        self.assertEqual(answer.trailer("gather-id"), group.id)
        self.await_cancels(before["cancelled"] + 2)

    # semantics 47
    def test_a_second_open(self):
        self.refused_in_a_group(
            lambda group: group.send(pb.TaskGroupRequest(open=pb.Open())), "BAD_GROUP")

    # semantics 47
    def test_an_empty_message(self):
        self.refused_in_a_group(lambda group: group.send(pb.TaskGroupRequest()), "BAD_GROUP")

    # semantics 47
    def test_an_add_after_the_join(self):
        def add_late(group):
            group.send(pb.TaskGroupRequest(join=pb.Join()))
            group.add(call())
        self.refused_in_a_group(add_late, "BAD_GROUP")

    # semantics 47
    def test_the_id_of_a_sub_call_that_has_not_ended(self):
        self.refused_in_a_group(lambda group: group.add(call(id="running")), "DUPLICATE_ID")

    def test_a_message_over_the_cap(self):
        self.refused_in_a_group(lambda group: group.add(call(request=b"x" * 100_001)),
                                "REQUEST_TOO_LARGE", grpc.StatusCode.RESOURCE_EXHAUSTED)

    def test_a_message_that_does_not_parse(self):
        raw = self.gatherd.channel.stream_stream(
            "/gather.v1.GatherService/TaskGroup",
            response_deserializer=pb.TaskGroupResponse.FromString)
        opening = pb.TaskGroupRequest(open=pb.Open()).SerializeToString()
        answer = wire.rest_of(raw(iter([opening, b"\xff\xff\xff"]), timeout=wire.PATIENCE_S))
        self.assert_refused(answer, "MALFORMED")

    # semantics 43
    def test_half_close_with_too_few_adds(self):
        for policy in ({"mode": pb.MODE_ANY}, {"mode": pb.MODE_RACE},
                       {"mode": pb.MODE_QUORUM, "min_successes": 1}):
            self.assert_refused(self.group(**policy).join(), "BAD_POLICY")
        group = self.group(pb.MODE_QUORUM, min_successes=2)
        group.add(hanging(), hanging(requirement=pb.REQUIREMENT_OPTIONAL))
        self.await_calls(2)
        self.assert_refused(group.join(), "BAD_POLICY")
        self.await_cancels(2)

    # semantics 47
    def test_an_add_that_a_gather_would_refuse_is_a_rejected_slot(self):
        for bad, reason in (
            (call("nobody"), "UNKNOWN_TARGET"),
            (call("a b"), "RAW_TARGET"),
            (call(method="x"), "BAD_METHOD"),
            (call(timeout=duration(0)), "BAD_TIMEOUT"),
            (call(metadata=[wire.entry("Upper", "v")]), "BAD_METADATA"),
            (call(id="a\tb"), "BAD_ID"),
            (call(id="7"), "BAD_ID"),
            (call(retry=pb.RetryPolicy()), "NOT_YET"),
        ):
            with self.subTest(reason=reason):
                group = self.group(pb.MODE_COLLECT)
                group.add(bad)
                outcome = group.next()
                self.assertEqual(outcome.disposition, pb.DISPOSITION_REJECTED)
                info = pb.ErrorInfo.FromString(outcome.status.details[0].value)
                self.assertEqual(info.reason, reason)
                group.add(call())
                answer = group.join()
                self.assertEqual((answer.summary.rejected, answer.summary.succeeded), (1, 1))
                self.assertEqual(answer.code, OK)

    # semantics 47
    def test_a_rejected_slot_fails_a_fail_fast_group(self):
        group = self.group()
        group.add(hanging())
        self.await_calls(1)
        group.add(call("nobody"))
        answer = group.rest()
        self.assertEqual(answer.code, grpc.StatusCode.NOT_FOUND)
        self.assertEqual(answer.by_id["0"].cause, pb.CAUSE_SIBLING_FAILED)


if __name__ == "__main__":
    unittest.main()
