"""Sub-calls that run on after their gather was answered: PROPAGATE's rest, and shielded ones."""

import re
import signal
import unittest

import grpc

from gather.v1 import gather_pb2 as pb
from tests.wire import wire_test_support as wire
from tests.wire.group_test_support import HELD, GroupTest, held
from tests.wire.wire_test_support import call, duration, failing, hanging, request

OK = grpc.StatusCode.OK
AS_RESPONSE = pb.ERROR_DELIVERY_AS_RESPONSE
DETACHED = pb.DISPOSITION_DETACHED
LATE = "/x.Y/Late"
DETACH_LIMIT = (
    "policy.mode: PROPAGATE and shielded sub-calls are refused while so many sub-calls run on "
    "detached; retry later, or raise --max_detached")


class DetachedTest(GroupTest):

    def await_idle(self):
        """What the backend has seen when nothing is running any more."""
        return self.backend.wait_for(lambda now: now["in_flight"] == 0)

    def leave_one(self, *calls, **fields):
        """A gather that fails once its calls, one of which is held, have arrived."""
        self.backend.hold(HELD)
        self.backend.hold(LATE)
        seen = self.backend.stats()["calls"]
        future = self.gatherd.stub.Gather.future(
            request([*calls, failing(5, "gone", method=LATE)], error_delivery=AS_RESPONSE,
                    **fields), timeout=wire.PATIENCE_S)
        self.await_calls(seen + len(calls) + 1)
        self.backend.release(LATE)
        return future.result(timeout=wire.PATIENCE_S)

    def propagate(self, *calls, **fields):
        return self.leave_one(*calls, mode=pb.MODE_PROPAGATE, **fields)


class PropagateTest(DetachedTest):

    # semantics 27
    def test_the_failure_is_told_at_once_and_what_runs_runs_on(self):
        response = self.propagate(held())
        on, failed = response.outcomes
        self.assertEqual(on.disposition, DETACHED)
        self.assertEqual(on.delivery, pb.DELIVERY_EFFECT_UNKNOWN)
        self.assertFalse(on.HasField("status"))
        self.assertEqual(failed.disposition, pb.DISPOSITION_FAILED)
        self.assertEqual(response.decision.verdict, pb.VERDICT_FAILED)
        self.assertEqual(response.decision.decided_by, 1)
        self.assertEqual((response.summary.detached, response.summary.failed), (1, 1))
        self.backend.release(HELD)
        self.assertEqual(self.await_idle()["cancelled"], 0)

    # semantics 27
    def test_what_is_queued_is_never_started(self):
        self.backend.hold(LATE)
        future = self.gatherd.stub.Gather.future(
            request([failing(5, method=LATE), call()], mode=pb.MODE_PROPAGATE, max_concurrency=1,
                    error_delivery=AS_RESPONSE), timeout=wire.PATIENCE_S)
        self.await_calls(1)
        self.backend.release(LATE)
        queued = future.result(timeout=wire.PATIENCE_S).outcomes[1]
        self.assertEqual(queued.disposition, pb.DISPOSITION_NOT_STARTED)
        self.assertEqual((queued.cause, queued.caused_by), (pb.CAUSE_SIBLING_FAILED, 0))
        self.assertEqual(self.await_idle()["calls"], 1)

    # semantics 27, 38
    def test_as_completed_tells_what_was_left_and_ends(self):
        self.backend.hold(HELD)
        self.backend.hold(LATE)
        stream = self.gatherd.stub.AsCompleted(
            request([held(), failing(5, method=LATE)], mode=pb.MODE_PROPAGATE),
            timeout=wire.PATIENCE_S)
        self.await_calls(2)
        self.backend.release(LATE)
        answer = wire.rest_of(stream)
        self.assertEqual([o.disposition for o in answer.outcomes],
                         [pb.DISPOSITION_FAILED, DETACHED])
        self.assertEqual(answer.code, grpc.StatusCode.NOT_FOUND)
        self.assertEqual(answer.failure.summary.detached, 1)
        self.backend.release(HELD)
        self.assertEqual(self.await_idle()["cancelled"], 0)

    # semantics 30
    def test_without_a_failure_it_is_satisfied_when_all_have_ended(self):
        answer = self.gatherd.gather(request([call(), call()], mode=pb.MODE_PROPAGATE))
        self.assertEqual(answer.code, OK)
        self.assertEqual(answer.response.decision.verdict, pb.VERDICT_SATISFIED)

    # semantics 51
    def test_a_caller_that_cancels_has_everything_cancelled_all_the_same(self):
        future = self.gatherd.stub.Gather.future(
            request([hanging(), hanging()], mode=pb.MODE_PROPAGATE))
        self.await_calls(2)
        future.cancel()
        self.await_cancels(2)


class ShieldTest(DetachedTest):

    # semantics 56
    def test_survives_the_failure_of_a_sibling(self):
        response = self.leave_one(held(shielded=True), hanging())
        shielded, sibling, _ = response.outcomes
        self.assertEqual(shielded.disposition, DETACHED)
        self.assertEqual(sibling.disposition, pb.DISPOSITION_CANCELLED)
        self.await_cancels(1)
        self.backend.release(HELD)
        self.assertEqual(self.await_idle()["cancelled"], 1)

    # semantics 56
    def test_survives_its_callers_cancel_and_deadline(self):
        self.backend.hold(HELD)
        future = self.gatherd.stub.Gather.future(request([held(shielded=True), hanging()]))
        self.await_calls(2)
        future.cancel()
        self.await_cancels(1)
        answer = self.gatherd.gather(
            request([held(shielded=True)], timeout=duration(0.2), error_delivery=AS_RESPONSE))
        self.assertEqual(answer.response.decision.verdict, pb.VERDICT_DEADLINE_EXCEEDED)
        self.assertEqual(answer.outcomes[0].disposition, DETACHED)
        self.assertEqual(self.backend.stats()["in_flight"], 2)
        self.backend.release(HELD)
        self.assertEqual(self.await_idle()["cancelled"], 1)

    # semantics 56
    def test_survives_the_end_of_its_group(self):
        self.backend.hold(HELD)
        group = self.group()
        group.add(held(shielded=True))
        self.await_calls(1)
        group.end_early()
        answer = group.rest()
        self.assertEqual(answer.outcomes[0].disposition, DETACHED)
        self.assertEqual(answer.code, OK)
        self.backend.release(HELD)
        self.assertEqual(self.await_idle()["cancelled"], 0)

    # semantics 56
    def test_a_queued_one_is_not_protected(self):
        self.backend.hold(LATE)
        future = self.gatherd.stub.Gather.future(
            request([failing(5, method=LATE), call(shielded=True)], max_concurrency=1,
                    error_delivery=AS_RESPONSE))
        self.await_calls(1)
        self.backend.release(LATE)
        queued = future.result(timeout=wire.PATIENCE_S).outcomes[1]
        self.assertEqual(queued.disposition, pb.DISPOSITION_NOT_STARTED)
        self.assertEqual(self.await_idle()["calls"], 1)


class BoundTest(DetachedTest):

    flags = ("--detached_timeout=300ms",)

    # semantics 28, 29
    def test_what_is_detached_is_cancelled_at_its_bound_logged_and_counted(self):
        ids = [self.propagate(hanging(id="on")).summary.gather_id for _ in range(2)]
        self.await_cancels(2)
        self.gatherd.signal(signal.SIGTERM)
        self.assertEqual(self.gatherd.wait(), 0)
        lines = [line for line in self.gatherd.lines if " detached_failure " in line]
        self.assertEqual([re.search("gather_id=([0-9a-f]+)", line)[1] for line in lines], ids)
        for total, line in enumerate(lines, 1):
            self.assertIn(" index=0 id=on target=a method=/x.Y/Hang code=", line)
            self.assertIn(" total=%d\n" % total, line)


class LateFailureTest(DetachedTest):

    # semantics 28
    def test_of_the_backend_is_logged_with_its_status_and_without_payloads(self):
        self.propagate(failing(7, "no, you", id="late", method=HELD, request=b"the-payload"))
        self.backend.release(HELD)
        self.await_idle()
        self.gatherd.signal(signal.SIGTERM)
        self.assertEqual(self.gatherd.wait(), 0)
        (line,) = [line for line in self.gatherd.lines if " detached_failure " in line]
        self.assertIn(' id=late target=a method=/x.Y/Held code=7 message="no, you" total=1\n', line)
        self.assertNotIn("the-payload", "".join(self.gatherd.lines))

    # semantics 28
    def test_a_late_success_is_not_logged(self):
        self.propagate(held())
        self.backend.release(HELD)
        self.await_idle()
        self.gatherd.signal(signal.SIGTERM)
        self.assertEqual(self.gatherd.wait(), 0)
        self.assertNotIn("detached_failure", "".join(self.gatherd.lines))


class LimitTest(DetachedTest):

    flags = ("--max_detached=1",)

    def assert_refused(self, answer):
        self.assertEqual(answer.code, grpc.StatusCode.RESOURCE_EXHAUSTED)
        self.assertEqual(answer.error_info.reason, "DETACH_LIMIT")
        self.assertEqual(answer.message, DETACH_LIMIT)

    # semantics 29
    def test_reached_refuses_what_could_detach_until_there_is_room_again(self):
        self.assertEqual(self.propagate(held()).summary.detached, 1)
        before = self.backend.stats()["calls"]
        self.assert_refused(self.gatherd.gather(request([call()], mode=pb.MODE_PROPAGATE)))
        self.assert_refused(self.gatherd.gather(request([call(shielded=True)])))
        self.assert_refused(
            self.gatherd.as_completed(request([call()], mode=pb.MODE_PROPAGATE)))
        self.assertEqual(self.backend.stats()["calls"], before)
        self.assertEqual(self.gatherd.gather(request([call()])).code, OK)
        self.backend.release(HELD)
        # The place is free when gatherd, too, has seen the end.
        while self.gatherd.gather(request([call()], mode=pb.MODE_PROPAGATE)).code != OK:
            pass

    # semantics 29
    def test_reached_refuses_a_shielded_add_alone(self):
        self.propagate(held())
        before = self.backend.stats()["calls"]
        group = self.group(pb.MODE_COLLECT)
        group.add(call(shielded=True))
        refused = group.next()
        self.assertEqual(refused.disposition, pb.DISPOSITION_REJECTED)
        info = pb.ErrorInfo.FromString(refused.status.details[0].value)
        self.assertEqual(info.reason, "DETACH_LIMIT")
        self.assertEqual((refused.status.code, refused.status.message), (8, DETACH_LIMIT))
        self.assertEqual(refused.delivery, pb.DELIVERY_NEVER_SENT)
        self.assertEqual(self.backend.stats()["calls"], before)
        group.add(call())
        self.assertEqual(group.join().summary.succeeded, 1)

    # semantics 29
    def test_reached_by_a_decision_cancels_what_is_over_it(self):
        response = self.propagate(held(), held(), held())
        dispositions = [outcome.disposition for outcome in response.outcomes[:3]]
        self.assertEqual(sorted(dispositions),
                         [pb.DISPOSITION_CANCELLED, pb.DISPOSITION_CANCELLED, DETACHED])
        for outcome in response.outcomes[:3]:
            if outcome.disposition == pb.DISPOSITION_CANCELLED:
                self.assertEqual((outcome.cause, outcome.status.code), (pb.CAUSE_LIMIT, 8))
        self.await_cancels(2)


class DrainTest(DetachedTest):

    # semantics 29
    def test_detached_work_is_finished_first(self):
        self.propagate(held())
        self.gatherd.signal(signal.SIGTERM)
        self.gatherd.await_closed()
        self.backend.release(HELD)
        self.assertEqual(self.gatherd.wait(), 0)
        self.assertEqual(self.await_idle()["cancelled"], 0)

    # semantics 29
    def test_at_the_drain_deadline_detached_work_is_cancelled(self):
        self.gatherd = self.start(
            wire.Gatherd, {"a": self.backend.address}, "--drain_deadline=300ms")
        self.propagate(hanging())
        self.gatherd.signal(signal.SIGTERM)
        self.assertEqual(self.gatherd.wait(), 0)
        self.await_cancels(1)
        self.assertIn(" detached_failure ", "".join(self.gatherd.lines))


if __name__ == "__main__":
    unittest.main()
