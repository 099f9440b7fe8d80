"""What a gather brings back, seen from a plain Python client."""

import unittest

from gather.v1 import gather_pb2 as pb
from tests.wire import wire_test_support as wire
from tests.wire.wire_test_support import call, entries, entry, failing, hanging, request


class OutcomesTest(wire.WireTest):

    def test_three_calls_three_replies(self):
        answer = self.gather([call(request=b"one"), call("b", request=b"two"), call(request=b"3")])
        self.assertEqual([outcome.response for outcome in answer.outcomes], [b"one", b"two", b"3"])
        self.assertEqual(answer.response.decision.verdict, pb.VERDICT_SATISFIED)
        self.assertEqual(answer.response.decision.status.code, 0)

    # semantics 1
    def test_outcomes_stand_in_request_order_whatever_ends_first(self):
        calls = [
            call(request=b"%d" % i, metadata=entries(x_test_delay_ms=60 - 6 * i)) for i in range(10)
        ]
        answer = self.gather(calls)
        self.assertEqual([outcome.index for outcome in answer.outcomes], list(range(10)))
        self.assertEqual([outcome.id for outcome in answer.outcomes], [str(i) for i in range(10)])
        self.assertEqual([o.response for o in answer.outcomes], [b"%d" % i for i in range(10)])
        # FAIL_FAST is satisfied by the last to end.
        self.assertEqual(answer.response.decision.decided_by, 0)
        self.assertEqual(answer.response.summary.straggler, 0)

    # semantics 2
    def test_no_calls_is_ok_and_empty(self):
        for mode in (pb.MODE_UNSPECIFIED, pb.MODE_FAIL_FAST, pb.MODE_COLLECT):
            answer = self.gather([], mode=mode)
            self.assertEqual(len(answer.outcomes), 0)
            self.assertEqual(answer.response.decision.verdict, pb.VERDICT_SATISFIED)
            self.assertFalse(answer.response.decision.HasField("decided_by"))

    def test_ids_are_the_callers(self):
        answer = self.gather([call(id="me"), call(), call(id="2")])
        self.assertEqual([outcome.id for outcome in answer.outcomes], ["me", "1", "2"])

    # semantics 7
    def test_empty_reply_is_a_success(self):
        outcome = self.gather([call(metadata=entries(x_test_reply_bytes=0))]).outcomes[0]
        self.assertEqual(outcome.disposition, pb.DISPOSITION_SUCCEEDED)
        self.assertEqual(outcome.delivery, pb.DELIVERY_ANSWERED)
        self.assertEqual(outcome.origin, pb.ORIGIN_UNSPECIFIED)
        self.assertFalse(outcome.HasField("status"))
        self.assertEqual(outcome.response, b"")

    # semantics 7
    def test_ok_without_a_message_is_a_failure(self):
        answer = self.gather([call(metadata=entries(x_test_messages=0))], mode=pb.MODE_COLLECT)
        outcome = answer.outcomes[0]
        self.assertEqual(outcome.disposition, pb.DISPOSITION_FAILED)
        self.assertEqual(outcome.status.code, 13)
        self.assertEqual(outcome.origin, pb.ORIGIN_TRANSPORT)
        self.assertEqual(outcome.delivery, pb.DELIVERY_EFFECT_UNKNOWN)
        info = pb.ErrorInfo.FromString(outcome.status.details[0].value)
        self.assertEqual(info.reason, "BACKEND_PROTOCOL")

    # semantics 22, 73
    def test_collect_keeps_each_failure_bit_for_bit(self):
        details = wire.details_with(
            (wire.ERROR_INFO_URL, pb.ErrorInfo(reason="GONE", domain="demo")))
        metadata = entries(x_test_code=5) + [
            entry("x-test-message-bin", "no such user \u00e4 %"),
            entry("x-test-details-bin", details),
            entry("x-test-trailer-x-note", "n"),
            entry("x-test-trailer-x-raw-bin", b"\x00\xff"),
        ]
        answer = self.gather([call(metadata=metadata), call(request=b"ok")], mode=pb.MODE_COLLECT)
        self.assertEqual(answer.response.decision.verdict, pb.VERDICT_SATISFIED)
        failed, succeeded = answer.outcomes
        self.assertEqual(failed.disposition, pb.DISPOSITION_FAILED)
        self.assertEqual(failed.origin, pb.ORIGIN_BACKEND)
        self.assertEqual(failed.delivery, pb.DELIVERY_ANSWERED)
        self.assertEqual(failed.status.code, 5)
        self.assertEqual(failed.status.message, "no such user \u00e4 %")
        self.assertEqual(
            wire.packed(failed.status.details), wire.packed(pb.Status.FromString(details).details))
        trailers = [(trailer.key, trailer.value) for trailer in failed.trailers]
        self.assertIn(("x-note", b"n"), trailers)
        self.assertIn(("x-raw-bin", b"\x00\xff"), trailers)
        self.assertEqual([key for key, _ in trailers if key.startswith("grpc-")], [])
        self.assertEqual(succeeded.response, b"ok")

    def test_successes_bring_their_trailers(self):
        outcome = self.gather([call(metadata=entries(x_test_trailer_x_note="n"))]).outcomes[0]
        self.assertIn(("x-note", b"n"), [(t.key, t.value) for t in outcome.trailers])

    def test_backends_message_is_cut_at_a_kilobyte(self):
        answer = self.gather([failing(9, "m" * 3000)], mode=pb.MODE_COLLECT)
        self.assertEqual(answer.outcomes[0].status.message, "m" * 1024)

    def test_timing_is_in_order_and_names_the_peer(self):
        outcome = self.gather([call(metadata=entries(x_test_delay_ms=20))]).outcomes[0]
        timing = outcome.timing
        self.assertLessEqual(wire.seconds(timing.queued), wire.seconds(timing.started))
        self.assertGreaterEqual(wire.seconds(timing.finished), wire.seconds(timing.started) + 0.02)
        self.assertEqual(timing.attempts, 1)
        self.assertEqual(timing.peer, "ipv4:" + self.a.address)

    def test_summary_counts(self):
        answer = self.gather(
            [call(), failing(5), call("nobody"), call()], mode=pb.MODE_COLLECT)
        summary = answer.response.summary
        self.assertEqual((summary.succeeded, summary.failed, summary.rejected), (2, 1, 1))
        self.assertEqual((summary.cancelled, summary.not_started, summary.detached), (0, 0, 0))
        self.assertRegex(summary.gather_id, "^[0-9a-f]{32}$")
        self.assertEqual(answer.trailer("gather-id"), summary.gather_id)
        self.assertGreater(wire.seconds(summary.elapsed), 0)
        self.assertLessEqual(wire.seconds(summary.overhead), wire.seconds(summary.elapsed))

    def test_each_gather_has_an_id_of_its_own(self):
        ids = {self.gather([]).trailer("gather-id") for _ in range(50)}
        self.assertEqual(len(ids), 50)


class MetadataTest(wire.WireTest):

    def described(self, outcome):
        """What the backend received: the method, the deadline in ms or None, the metadata."""
        method, deadline, metadata = None, None, []
        for line in outcome.response.decode().splitlines():
            kind, *rest = line.split(" ")
            if kind == "method":
                method = rest[0]
            elif kind == "deadline_ms":
                deadline = int(rest[0])
            elif kind == "metadata":
                metadata.append((rest[0], bytes.fromhex(rest[1])))
        return method, deadline, metadata

    def test_method_metadata_and_deadline_reach_the_backend(self):
        sub_call = call(
            method="/demo.Users/Get",
            metadata=entries(x_test_describe=1) + [
                entry("x-twice", "one"), entry("x-twice", "two"), entry("x-raw-bin", b"\x00\x01"),
                entry("x-tenant", "acme")],
            timeout=wire.duration(5))
        method, deadline, metadata = self.described(self.gather([sub_call]).outcomes[0])
        self.assertEqual(method, "/demo.Users/Get")
        # gRPC rounds up what it sends.
        self.assertTrue(4000 < deadline <= 5050, deadline)
        self.assertEqual(sorted(v for k, v in metadata if k == "x-twice"), [b"one", b"two"])
        self.assertIn(("x-raw-bin", b"\x00\x01"), metadata)
        self.assertIn(("x-tenant", b"acme"), metadata)

    # semantics 75
    def test_metadata_stays_with_its_own_sub_call(self):
        calls = [call(metadata=entries(x_test_describe=1, x_mine=i)) for i in range(20)]
        for i, outcome in enumerate(self.gather(calls).outcomes):
            metadata = self.described(outcome)[2]
            self.assertEqual([v for k, v in metadata if k == "x-mine"], [b"%d" % i])

    def test_the_callers_own_metadata_goes_to_no_backend(self):
        sub_call = call(metadata=entries(x_test_describe=1))
        answer = self.gatherd.gather(request([sub_call]), metadata=(("x-secret", "s"),))
        keys = [key for key, _ in self.described(answer.outcomes[0])[2]]
        self.assertNotIn("x-secret", keys)

    def test_defaults_fill_in_and_metadata_merges_by_key(self):
        defaults = call(
            "b", "/demo.Posts/List", b"broadcast",
            metadata=[entry("x-both", "default"), entry("x-only", "default")])
        own = pb.SubCall(target="a", metadata=entries(x_both="own", x_test_describe=1))
        answer = self.gather([pb.SubCall(), own], defaults=defaults)
        self.assertEqual(answer.outcomes[0].response, b"broadcast")
        self.assertEqual(answer.outcomes[0].timing.peer, "ipv4:" + self.b.address)
        method, _, metadata = self.described(answer.outcomes[1])
        self.assertEqual(method, "/demo.Posts/List")
        self.assertEqual([v for k, v in metadata if k == "x-both"], [b"own"])
        self.assertEqual([v for k, v in metadata if k == "x-only"], [b"default"])


class FallbackTest(wire.WireTest):

    # semantics 74
    def test_fallback_replaces_a_failure_and_still_shows_it(self):
        answer = self.gather([
            failing(14, "advert server down", fallback=pb.Fallback(response=b"no advert"))])
        outcome = answer.outcomes[0]
        self.assertEqual(answer.response.decision.verdict, pb.VERDICT_SATISFIED)
        self.assertEqual(outcome.disposition, pb.DISPOSITION_SUCCEEDED)
        self.assertTrue(outcome.from_fallback)
        self.assertEqual(outcome.response, b"no advert")
        self.assertEqual(outcome.status.code, 14)
        self.assertEqual(outcome.status.message, "advert server down")
        self.assertEqual(outcome.origin, pb.ORIGIN_BACKEND)
        self.assertEqual(outcome.delivery, pb.DELIVERY_ANSWERED)

    # semantics 74
    def test_fallback_for_other_codes_does_not_apply(self):
        fallback = pb.Fallback(response=b"x", codes=[5])
        answer = self.gather([failing(14, fallback=fallback)], mode=pb.MODE_COLLECT)
        self.assertEqual(answer.outcomes[0].disposition, pb.DISPOSITION_FAILED)
        self.assertFalse(answer.outcomes[0].from_fallback)


class ValidateOnlyTest(wire.WireTest):

    def test_nothing_is_sent_and_the_effective_request_is_shown(self):
        before = self.a.stats()["calls"]
        answer = self.gather(
            [pb.SubCall(), call("nobody")], mode=pb.MODE_COLLECT, validate_only=True,
            defaults=call(request=b"left out"), max_concurrency=1_000_000)
        self.assertEqual(self.a.stats()["calls"], before)
        first, second = answer.outcomes
        self.assertEqual(first.disposition, pb.DISPOSITION_NOT_STARTED)
        self.assertEqual(first.cause, pb.CAUSE_UNSPECIFIED)
        self.assertFalse(first.HasField("status"))
        self.assertEqual(first.origin, pb.ORIGIN_UNSPECIFIED)
        self.assertEqual(first.delivery, pb.DELIVERY_NEVER_SENT)
        self.assertEqual(second.disposition, pb.DISPOSITION_REJECTED)
        self.assertFalse(answer.response.HasField("decision"))
        effective = answer.response.effective
        self.assertEqual(effective.calls[0].target, "a")
        self.assertEqual(effective.calls[0].request, b"")
        self.assertEqual(effective.max_concurrency, 1000)

    def test_no_effective_request_without_it(self):
        self.assertFalse(self.gather([call()]).response.HasField("effective"))


class RequirementTest(wire.WireTest):

    # semantics 36
    def test_optional_failure_does_not_fail_the_gather(self):
        answer = self.gather([failing(5, requirement=pb.REQUIREMENT_OPTIONAL), call(request=b"r")])
        self.assertEqual(answer.response.decision.verdict, pb.VERDICT_SATISFIED)
        self.assertEqual(answer.outcomes[0].disposition, pb.DISPOSITION_FAILED)
        self.assertEqual(answer.outcomes[1].response, b"r")

    # semantics 36
    def test_required_failure_fails_a_collect_and_cancels_the_rest(self):
        answer = self.gather(
            [failing(5, "needed", requirement=pb.REQUIREMENT_REQUIRED), hanging()],
            mode=pb.MODE_COLLECT)
        self.assertEqual(answer.response.decision.verdict, pb.VERDICT_FAILED)
        self.assertEqual(answer.response.decision.decided_by, 0)
        self.assertEqual(answer.response.decision.status.code, 5)
        self.assertEqual(answer.outcomes[1].cause, pb.CAUSE_SIBLING_FAILED)
        self.assertEqual(answer.outcomes[1].caused_by, 0)


if __name__ == "__main__":
    unittest.main()
