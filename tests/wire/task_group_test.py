"""TaskGroup: sub-calls are added while others run."""

import unittest

import grpc

from gather.v1 import gather_pb2 as pb
from tests.wire.group_test_support import HELD, GroupTest, held
from tests.wire.wire_test_support import call, duration, failing, hanging

OK = grpc.StatusCode.OK


class JoinTest(GroupTest):

    # semantics 42, 43
    def test_adds_run_at_once_and_half_close_joins(self):
        group = self.group()
        group.add(call(request=b"0"))
        self.assertEqual(group.next().response, b"0")
        group.add(call(request=b"1", id="one"))
        answer = group.join()
        self.assertEqual(answer.code, OK)
        self.assertEqual([(o.index, o.id, o.response) for o in answer.outcomes],
                         [(0, "0", b"0"), (1, "one", b"1")])
        self.assertEqual(answer.decision.verdict, pb.VERDICT_SATISFIED)
        self.assertEqual(answer.summary.succeeded, 2)
        self.assertEqual(answer.summary.gather_id, group.id)
        self.assertEqual(answer.trailer("gather-id"), group.id)

    # semantics 42
    def test_each_outcome_may_bring_further_adds(self):
        group = self.group()
        group.add(call(request=b"0"))
        added = 1
        for _ in range(31):  # a tree of 31 nodes: the first 15 have two children each
            outcome = group.next()
            self.assertEqual(outcome.response, b"%d" % outcome.index)
            if outcome.index < 15:
                for index in (added, added + 1):
                    group.add(call(request=b"%d" % index))
                added += 2
        answer = group.join()
        self.assertEqual(answer.summary.succeeded, 31)
        self.assertEqual(answer.code, OK)

    # semantics 43
    def test_the_summary_waits_for_the_last_sub_call(self):
        self.backend.hold(HELD)
        group = self.group()
        group.add(held(request=b"last"), call())
        self.assertEqual(group.next().index, 1)
        group.no_more()
        self.await_calls(2)
        self.backend.release(HELD)
        answer = group.rest()
        self.assertEqual(answer.by_id["0"].response, b"last")
        self.assertEqual(answer.summary.straggler, 0)

    # semantics 2
    def test_a_group_to_which_nothing_is_added_is_satisfied_at_half_close(self):
        for mode in (pb.MODE_FAIL_FAST, pb.MODE_COLLECT, pb.MODE_PROPAGATE):
            answer = self.group(mode).join()
            self.assertEqual(answer.code, OK)
            self.assertEqual(answer.decision.verdict, pb.VERDICT_SATISFIED)

    def test_defaults_hold_for_what_is_added(self):
        defaults = pb.SubCall(target="a", method="/x.Y/Z", request=b"shared")
        group = self.group(defaults=defaults)
        group.add(pb.SubCall(), pb.SubCall(request=b"own"))
        answer = group.join()
        self.assertEqual(answer.by_id["0"].response, b"shared")
        self.assertEqual(answer.by_id["1"].response, b"own")

    def test_what_was_shortened_at_open_is_told_in_a_trailer(self):
        self.assertEqual(self.group(timeout=duration(7200)).join().trailer("gather-clamped"), "1")
        self.assertIsNone(self.group().join().trailer("gather-clamped"))

    # semantics 48
    def test_an_id_may_be_used_again_once_its_sub_call_has_ended(self):
        group = self.group()
        for _ in range(3):
            group.add(call(id="again"))
            self.assertEqual(group.next().id, "again")
        self.assertEqual(group.join().summary.succeeded, 3)


class DecisionTest(GroupTest):

    # semantics 10, 14, 44
    def test_a_failure_ends_a_fail_fast_group_without_half_close(self):
        group = self.group()
        group.add(call(request=b"kept"))
        kept = group.next()
        group.add(hanging(), hanging())
        self.await_calls(3)
        group.add(failing(5, "gone", id="bad"))
        answer = group.rest()
        self.assertEqual(kept.response, b"kept")
        self.assertEqual(answer.by_id["bad"].disposition, pb.DISPOSITION_FAILED)
        for index in "12":
            self.assertEqual(answer.by_id[index].disposition, pb.DISPOSITION_CANCELLED)
            self.assertEqual(answer.by_id[index].cause, pb.CAUSE_SIBLING_FAILED)
            self.assertEqual(answer.by_id[index].caused_by, 3)
        self.assertEqual(answer.decision.verdict, pb.VERDICT_FAILED)
        self.assertEqual(answer.decision.decided_by, 3)
        self.assertEqual(answer.code, grpc.StatusCode.NOT_FOUND)
        self.assertEqual(answer.message, 'sub-call 3 "bad" (a /x.Y/Z): gone')
        self.assertEqual(answer.error_info.metadata["id"], "bad")
        self.assertEqual([(f.index, f.id) for f in answer.failure.failures], [(3, "bad")])
        self.assertEqual(answer.failure.summary.cancelled, 2)
        self.await_cancels(2)

    def test_as_response_a_failed_group_is_ok(self):
        group = self.group(error_delivery=pb.ERROR_DELIVERY_AS_RESPONSE)
        group.add(failing(5))
        answer = group.rest()
        self.assertEqual(answer.code, OK)
        self.assertEqual(answer.decision.verdict, pb.VERDICT_FAILED)

    # semantics 23, 39
    def test_in_collect_failures_are_outcomes(self):
        group = self.group(pb.MODE_COLLECT)
        group.add(failing(5))
        self.assertEqual(group.next().status.code, 5)
        group.add(call(), failing(9))
        answer = group.join()
        self.assertEqual((answer.summary.succeeded, answer.summary.failed), (1, 2))
        self.assertEqual(answer.decision.verdict, pb.VERDICT_SATISFIED)
        self.assertEqual(answer.code, OK)

    # semantics 31, 43
    def test_the_first_success_ends_an_any_group_though_failures_came_before(self):
        group = self.group(pb.MODE_ANY)
        group.add(failing(5))
        self.assertEqual(group.next().status.code, 5)
        group.add(hanging())
        self.await_calls(2)
        group.add(call(request=b"won"))
        answer = group.rest()
        self.assertEqual(answer.by_id["2"].response, b"won")
        self.assertEqual(answer.by_id["1"].cause, pb.CAUSE_DECIDED)
        self.assertEqual(answer.decision.decided_by, 2)
        self.assertEqual(answer.code, OK)

    # semantics 32, 43
    def test_an_any_group_of_failures_is_failed_only_at_half_close(self):
        group = self.group(pb.MODE_ANY)
        group.add(failing(5, "first"), failing(9))
        group.next()
        group.next()
        answer = group.join()
        self.assertEqual(answer.decision.verdict, pb.VERDICT_FAILED)
        self.assertEqual(answer.failure.total_failures, 2)
        self.assertIn(answer.code.value[0], (5, 9))

    # semantics 33
    def test_the_first_end_decides_a_race(self):
        group = self.group(pb.MODE_RACE)
        group.add(hanging())
        self.await_calls(1)
        group.add(failing(5))
        answer = group.rest()
        self.assertEqual(answer.code, grpc.StatusCode.NOT_FOUND)
        self.assertEqual(answer.by_id["0"].cause, pb.CAUSE_DECIDED)

    # semantics 34
    def test_the_last_success_of_a_quorum_decides_it(self):
        group = self.group(pb.MODE_QUORUM, min_successes=2)
        group.add(hanging(), call())
        self.assertEqual(group.next().index, 1)
        group.add(failing(5))
        self.assertEqual(group.next().index, 2)
        self.await_calls(3)
        group.add(call())
        answer = group.rest()
        self.assertEqual(answer.decision.verdict, pb.VERDICT_SATISFIED)
        self.assertEqual(answer.decision.decided_by, 3)
        self.assertEqual(answer.by_id["0"].cause, pb.CAUSE_DECIDED)
        self.assertEqual(answer.code, OK)

    # semantics 34, 43
    def test_a_quorum_out_of_reach_is_failed_at_half_close(self):
        group = self.group(pb.MODE_QUORUM, min_successes=2)
        group.add(failing(5), hanging())
        self.assertEqual(group.next().index, 0)
        self.await_calls(2)
        answer = group.join()
        self.assertEqual(answer.decision.verdict, pb.VERDICT_FAILED)
        self.assertEqual(answer.code, grpc.StatusCode.NOT_FOUND)
        self.await_cancels(1)

    # semantics 44
    def test_a_propagate_group_leaves_what_runs(self):
        self.backend.hold(HELD)
        group = self.group(pb.MODE_PROPAGATE)
        group.add(held(id="on"))
        self.await_calls(1)
        group.add(failing(5))
        answer = group.rest()
        self.assertEqual(answer.by_id["on"].disposition, pb.DISPOSITION_DETACHED)
        self.assertEqual(answer.summary.detached, 1)
        self.assertEqual(answer.code, grpc.StatusCode.NOT_FOUND)
        self.backend.release(HELD)
        self.assertEqual(self.backend.wait_for(lambda now: now["in_flight"] == 0)["cancelled"], 0)

    # semantics 36
    def test_a_required_failure_ends_a_collect_group(self):
        group = self.group(pb.MODE_COLLECT, error_delivery=pb.ERROR_DELIVERY_AS_STATUS)
        group.add(hanging())
        self.await_calls(1)
        group.add(failing(5, requirement=pb.REQUIREMENT_REQUIRED))
        answer = group.rest()
        self.assertEqual(answer.by_id["0"].cause, pb.CAUSE_SIBLING_FAILED)
        self.assertEqual(answer.code, grpc.StatusCode.NOT_FOUND)


class EarlyEndTest(GroupTest):

    # semantics 45
    def test_end_early_cancels_the_rest_and_satisfies(self):
        group = self.group()
        group.add(call(request=b"kept"), hanging())
        self.assertEqual(group.next().response, b"kept")
        self.await_calls(2)
        group.end_early()
        answer = group.rest()
        self.assertEqual(answer.by_id["1"].disposition, pb.DISPOSITION_CANCELLED)
        self.assertEqual(answer.by_id["1"].cause, pb.CAUSE_GROUP_ENDED)
        self.assertEqual(answer.decision.verdict, pb.VERDICT_SATISFIED)
        self.assertFalse(answer.decision.HasField("decided_by"))
        self.assertEqual(answer.code, OK)
        self.await_cancels(1)

    # semantics 45
    def test_end_early_fails_a_policy_that_still_wanted_a_success(self):
        for policy in ({"mode": pb.MODE_ANY}, {"mode": pb.MODE_QUORUM, "min_successes": 2}):
            group = self.group(**policy)
            group.add(call(requirement=pb.REQUIREMENT_OPTIONAL))
            group.next()
            group.end_early()
            answer = group.rest()
            self.assertEqual(answer.decision.verdict, pb.VERDICT_FAILED)
            self.assertEqual(answer.decision.status.code, 1)
            self.assertIn("ended early", answer.decision.status.message)
            self.assertEqual(answer.code, grpc.StatusCode.CANCELLED)

    # semantics 43, 45
    def test_a_group_that_has_been_joined_can_still_be_ended_early(self):
        group = self.group()
        group.add(hanging(id="one"), hanging(id="two"))
        self.await_calls(2)
        group.send(pb.TaskGroupRequest(join=pb.Join()))
        group.cancel("one")
        self.assertEqual(group.next().cause, pb.CAUSE_OWN_HANDLE)
        group.send(pb.TaskGroupRequest(join=pb.Join()))
        group.end_early()
        answer = group.rest()
        self.assertEqual(answer.by_id["two"].cause, pb.CAUSE_GROUP_ENDED)
        self.assertEqual(answer.decision.verdict, pb.VERDICT_SATISFIED)

    # semantics 43
    def test_the_message_joins_without_half_close(self):
        group = self.group()
        group.add(call())
        group.send(pb.TaskGroupRequest(join=pb.Join()))
        answer = group.rest()
        self.assertEqual(answer.summary.succeeded, 1)
        self.assertEqual(answer.code, OK)

    # semantics 46
    def test_cancel_of_one_sub_call_lets_the_group_go_on(self):
        group = self.group()
        group.add(hanging(id="one"), call(id="two"))
        self.assertEqual(group.next().id, "two")
        self.await_calls(2)
        group.cancel("one")
        one = group.next()
        self.assertEqual((one.id, one.disposition), ("one", pb.DISPOSITION_CANCELLED))
        self.assertEqual((one.cause, one.status.code), (pb.CAUSE_OWN_HANDLE, 1))
        group.add(call(id="three"))
        answer = group.join()
        self.assertEqual((answer.summary.succeeded, answer.summary.cancelled), (2, 1))
        self.assertEqual(answer.decision.verdict, pb.VERDICT_SATISFIED)
        self.assertEqual(answer.code, OK)
        self.await_cancels(1)

    # semantics 46
    def test_cancel_of_a_queued_sub_call_means_that_it_is_never_sent(self):
        self.backend.hold(HELD)
        group = self.group(max_concurrency=1)
        group.add(held(), call(id="queued"))
        self.await_calls(1)
        group.cancel("queued")
        queued = group.next()
        self.assertEqual((queued.disposition, queued.cause),
                         (pb.DISPOSITION_NOT_STARTED, pb.CAUSE_OWN_HANDLE))
        self.backend.release(HELD)
        self.assertEqual(group.join().summary.succeeded, 1)
        self.assertEqual(self.backend.stats()["calls"], 1)

    # semantics 46
    def test_cancel_of_an_unknown_or_ended_sub_call_has_no_effect(self):
        group = self.group()
        group.add(call(id="ended"))
        group.next()
        for sub_call_id in ("ended", "unknown", "7", ""):
            group.cancel(sub_call_id)
        group.add(call())
        answer = group.join()
        self.assertEqual(answer.summary.succeeded, 2)
        self.assertEqual(answer.code, OK)


if __name__ == "__main__":
    unittest.main()
