"""Bad input and abuse: the exact answer, and that no backend is called."""

import unittest

import grpc
from google.protobuf import duration_pb2

from gather.v1 import gather_pb2 as pb
from tests.wire import wire_test_support as wire
from tests.wire.wire_test_support import call, duration, entries, entry, request

INVALID = grpc.StatusCode.INVALID_ARGUMENT
UNIMPLEMENTED = grpc.StatusCode.UNIMPLEMENTED
EXHAUSTED = grpc.StatusCode.RESOURCE_EXHAUSTED


class RefusalTest(wire.WireTest):

    def setUp(self):
        super().setUp()
        self.before = self.a.stats()["calls"] + self.b.stats()["calls"]

    def tearDown(self):
        self.assertEqual(self.a.stats()["calls"] + self.b.stats()["calls"], self.before,
                         "a backend was called")
        super().tearDown()

    def assert_refused(self, answer, code, reason, field=None, index=None):
        self.assertEqual(answer.code, code, answer.message)
        self.assertRegex(answer.trailer("gather-id"), "^[0-9a-f]{32}$")
        info = answer.error_info
        self.assertIsNotNone(info, answer.message)
        self.assertEqual((info.reason, info.domain), (reason, "gather.v1"), answer.message)
        if field is not None:
            self.assertEqual(info.metadata["field"], field)
            self.assertIn(field, answer.message)
        if index is not None:
            self.assertEqual(info.metadata["index"], str(index))

    def refused(self, code, reason, calls, field=None, index=None, **fields):
        self.assert_refused(self.gather(calls, **fields), code, reason, field, index)

    def refused_call(self, reason, sub_call, field, code=INVALID):
        """The bad call stands behind a good one, so that the message must find it."""
        self.refused(code, reason, [call(), sub_call], "calls[1]." + field, 1)


class ShapeTest(RefusalTest):

    def test_request_that_does_not_parse(self):
        raw = self.gatherd.channel.unary_unary("/gather.v1.GatherService/Gather")
        answer = wire.answer_of(lambda: raw.with_call(b"\xff\xff\xff", timeout=wire.PATIENCE_S))
        self.assert_refused(answer, INVALID, "MALFORMED")
        self.assertEqual(
            answer.message,
            "request: not a gather.v1.GatherRequest: cut short, no protobuf encoding, or a string "
            "field that is not UTF-8")

    def test_unknown_mode(self):
        self.refused(INVALID, "BAD_POLICY", [call()], mode=99)

    def test_unknown_error_delivery(self):
        self.assertEqual(self.gather([call()], error_delivery=99).code, INVALID)

    def test_unknown_requirement(self):
        self.assertEqual(self.gather([call(requirement=99)]).code, INVALID)

    def test_min_successes_outside_quorum(self):
        policy = pb.Policy(mode=pb.MODE_FAIL_FAST, min_successes=1)
        answer = self.gatherd.gather(pb.GatherRequest(calls=[call()], policy=policy))
        self.assert_refused(answer, INVALID, "BAD_POLICY")

    # semantics 3, 35
    def test_nothing_to_win_in_any_race_and_quorum_is_refused_at_once(self):
        for mode in (pb.MODE_ANY, pb.MODE_RACE, pb.MODE_QUORUM):
            answer = self.gather([], mode=mode)
            self.assertIn(answer.code, (INVALID, UNIMPLEMENTED))

    def test_defaults_with_an_id(self):
        self.refused(INVALID, "BAD_DEFAULTS", [call()], defaults=pb.SubCall(id="x"))

    def test_label(self):
        self.refused(INVALID, "BAD_LABEL", [call()], "label", label="x" * 257)
        self.refused(INVALID, "BAD_LABEL", [call()], "label", label="line\nbreak")


class WordsTest(RefusalTest):
    """What each row says, to the letter."""

    def test_of_each_refusal(self):
        for reason, code, message, fields in (
            ("BAD_POLICY", INVALID, "policy.mode: 99 is no mode", {"policy": pb.Policy(mode=99)}),
            ("BAD_POLICY", INVALID, "policy.min_successes: QUORUM needs at least 1",
             {"policy": pb.Policy(mode=pb.MODE_QUORUM)}),
            ("BAD_POLICY", INVALID,
             "policy.min_successes: 2 successes of 1 sub-calls that count (are not OPTIONAL)",
             {"policy": pb.Policy(mode=pb.MODE_QUORUM, min_successes=2)}),
            ("BAD_POLICY", INVALID,
             "policy.mode: MODE_ANY needs a sub-call that counts (is not OPTIONAL)",
             {"policy": pb.Policy(mode=pb.MODE_ANY),
              "calls": [call(requirement=pb.REQUIREMENT_OPTIONAL)]}),
            ("BAD_POLICY", INVALID, "policy.min_successes: only QUORUM takes it",
             {"policy": pb.Policy(min_successes=1)}),
            ("BAD_POLICY", INVALID, "policy.max_failures: only COLLECT takes it",
             {"policy": pb.Policy(max_failures=1)}),
            ("DUPLICATE_ID", INVALID, 'calls[1].id: "x" is the id of calls[0], too',
             {"calls": [call(id="x"), call(id="x")]}),
            ("BAD_ID", INVALID, "calls[0].id: 129 bytes, at most 128",
             {"calls": [call(id="x" * 129)]}),
            ("BAD_ID", INVALID, "calls[0].id: only printable ASCII characters are allowed",
             {"calls": [call(id="a\tb")]}),
            ("BAD_ID", INVALID, 'calls[0].id: "7" is all digits but not the call\'s index',
             {"calls": [call(id="7")]}),
            ("BAD_LABEL", INVALID, "label: 257 bytes, at most 256", {"label": "x" * 257}),
            ("BAD_DEFAULTS", INVALID, "defaults.id: an id belongs to one sub-call and has no default",
             {"defaults": pb.SubCall(id="x")}),
            ("BAD_METHOD", INVALID, 'calls[0].method: "x" is not /package.Service/Method',
             {"calls": [call(method="x")]}),
            ("BAD_METHOD", INVALID,
             "calls[0].method: no spaces, control or non-ASCII characters are allowed",
             {"calls": [call(method="/x.Y/\n")]}),
            ("BAD_METHOD", INVALID, "calls[0].method: 1029 bytes, at most 1024",
             {"calls": [call(method="/x.Y/" + "Z" * 1024)]}),
            ("RAW_TARGET", INVALID,
             'calls[0].target: "host:1" is no name; a target\'s name matches '
             "[A-Za-z0-9][A-Za-z0-9._-]{0,62}", {"calls": [call("host:1")]}),
            ("BAD_TIMEOUT", INVALID, "timeout: negative; must be above zero",
             {"timeout": duration(-1)}),
            ("BAD_METADATA", INVALID, 'calls[0].metadata: key "te" is reserved',
             {"calls": [call(metadata=[entry("te", "v")])]}),
            ("BAD_METADATA", INVALID,
             "calls[0].metadata: 65 entries, the defaults' included; at most 64",
             {"calls": [call(metadata=[entry("x-k", "v")] * 65)]}),
            ("NOT_YET", UNIMPLEMENTED, "calls[0].retry: retries are not served by this version",
             {"calls": [call(retry=pb.RetryPolicy())]}),
        ):
            with self.subTest(reason=reason, message=message):
                fields.setdefault("calls", [call()])
                answer = self.gatherd.gather(pb.GatherRequest(**fields))
                self.assert_refused(answer, code, reason)
                self.assertEqual(answer.message, message)


class IdTest(RefusalTest):

    def test_duplicate(self):
        self.refused(INVALID, "DUPLICATE_ID", [call(id="x"), call(id="x")])

    def test_of_another_index(self):
        self.assertEqual(self.gather([call(), call(id="0")]).code, INVALID)
        self.assertEqual(self.gather([call(id="7")]).code, INVALID)

    # semantics 4
    def test_too_long_or_unprintable(self):
        self.refused_call("BAD_ID", call(id="x" * 129), "id")
        self.refused_call("BAD_ID", call(id="a\tb"), "id")


class MethodAndTargetTest(RefusalTest):

    # semantics 4
    def test_methods(self):
        for method in ("", "/", "x.Y/Z", "/x.Y", "/x.Y/", "//Z", "/x.Y/Z/W", "/x.Y/Z\n", "/x.Y/\u00e4",
                       "/x.Y/" + "Z" * 1024):
            with self.subTest(method=method):
                self.refused_call("BAD_METHOD", call(method=method), "method")

    def test_addresses_are_no_targets(self):
        for target in ("", "127.0.0.1:80", "dns:///x", "unix:/x", "host:1", "-a", "a" * 64, "a b"):
            with self.subTest(target=target):
                self.refused_call("RAW_TARGET", call(target), "target")

    def test_unknown_target_decides_a_fail_fast(self):
        answer = self.gather([call(), call("nobody")])
        self.assert_refused(answer, grpc.StatusCode.NOT_FOUND, "UNKNOWN_TARGET")
        self.assertEqual(answer.message, 'calls[1].target: no target "nobody"')

    def test_unknown_target_of_a_required_call_decides_a_collect(self):
        self.refused(grpc.StatusCode.NOT_FOUND, "UNKNOWN_TARGET",
                     [call("nobody", requirement=pb.REQUIREMENT_REQUIRED)], mode=pb.MODE_COLLECT)


class RejectedSlotTest(wire.WireTest):

    def test_unknown_target_is_a_slot_of_a_collect(self):
        answer = self.gather([call("nobody"), call(request=b"r")], mode=pb.MODE_COLLECT)
        rejected, succeeded = answer.outcomes
        self.assertEqual(rejected.disposition, pb.DISPOSITION_REJECTED)
        self.assertEqual(rejected.cause, pb.CAUSE_UNSPECIFIED)
        self.assertEqual(rejected.status.code, 5)
        self.assertEqual(rejected.origin, pb.ORIGIN_ORCHESTRATOR)
        self.assertEqual(rejected.delivery, pb.DELIVERY_NEVER_SENT)
        self.assertEqual(rejected.status.details[0].type_url, wire.ERROR_INFO_URL)
        info = pb.ErrorInfo.FromString(rejected.status.details[0].value)
        self.assertEqual((info.reason, info.domain), ("UNKNOWN_TARGET", "gather.v1"))
        self.assertEqual(succeeded.response, b"r")

    def test_identity_metadata_is_refused_slot_by_slot_and_never_sent(self):
        before = self.a.stats()["calls"]
        keys = ["authorization", "cookie", "x-forwarded-for", "x-real-ip"]
        calls = [call(metadata=[entry(key, "v")]) for key in keys] + [call(request=b"r")]
        answer = self.gather(calls, mode=pb.MODE_COLLECT)
        for key, rejected in zip(keys, answer.outcomes):
            self.assertEqual(rejected.disposition, pb.DISPOSITION_REJECTED)
            self.assertEqual(rejected.delivery, pb.DELIVERY_NEVER_SENT)
            self.assertEqual(rejected.status.code, 7)
            self.assertIn(key, rejected.status.message)
            info = pb.ErrorInfo.FromString(rejected.status.details[0].value)
            self.assertEqual(info.reason, "METADATA_NOT_ALLOWED")
        self.assertEqual(answer.outcomes[4].response, b"r")
        self.assertEqual(self.a.stats()["calls"], before + 1)

    def test_unknown_target_of_an_optional_call_is_a_slot_of_a_fail_fast(self):
        answer = self.gather([call("nobody", requirement=pb.REQUIREMENT_OPTIONAL), call()])
        self.assertEqual(answer.code, grpc.StatusCode.OK)
        self.assertEqual(answer.outcomes[0].disposition, pb.DISPOSITION_REJECTED)
        self.assertEqual(answer.response.summary.rejected, 1)


class TimeoutTest(RefusalTest):

    BAD = (
        duration(0),
        duration(-1),
        duration_pb2.Duration(seconds=1, nanos=-1),
        duration_pb2.Duration(seconds=-1, nanos=1),
        duration_pb2.Duration(nanos=1_000_000_000),
        duration_pb2.Duration(seconds=2**62),
    )

    def test_of_the_gather(self):
        for timeout in self.BAD:
            with self.subTest(timeout=str(timeout)):
                self.refused(INVALID, "BAD_TIMEOUT", [call()], "timeout", timeout=timeout)

    def test_of_a_call(self):
        for timeout in self.BAD:
            with self.subTest(timeout=str(timeout)):
                self.refused_call("BAD_TIMEOUT", call(timeout=timeout), "timeout")

    # semantics 64
    def test_deadline_already_past(self):
        for past in (0.0, -1.0):
            answer = self.gatherd.gather(request([call()]), timeout=past)
            self.assertEqual(answer.code, grpc.StatusCode.DEADLINE_EXCEEDED)


class MetadataTest(RefusalTest):

    def test_keys(self):
        for key in ("", "Upper", "a b", "a\n", ":path", "grpc-timeout", "gather-path", "te",
                    "content-type", "user-agent", "connection", "host"):
            with self.subTest(key=key):
                self.refused(INVALID, "BAD_METADATA", [call(), call(metadata=[entry(key, "v")])])

    def test_values(self):
        for value in (b"a\rb", b"a\nb", b"a\0b", b"\xc3\xa4"):
            with self.subTest(value=value):
                self.refused(INVALID, "BAD_METADATA", [call(metadata=[entry("x-k", value)])])

    def test_amount(self):
        many = [entry("x-%d" % i, "v") for i in range(65)]
        self.refused(INVALID, "BAD_METADATA", [call(metadata=many)])
        self.refused(INVALID, "BAD_METADATA", [call(metadata=[entry("x-k", b"v" * 8193)])])

    def test_of_defaults(self):
        self.refused(INVALID, "BAD_METADATA", [call()],
                     defaults=pb.SubCall(metadata=[entry("grpc-status", "0")]))


class NotYetTest(RefusalTest):

    def not_yet(self, answer, word):
        self.assert_refused(answer, UNIMPLEMENTED, "NOT_YET")
        self.assertIn(word, answer.message)

    def test_fields_of_a_call(self):
        for fields, word in (
            ({"retry": pb.RetryPolicy()}, "retry"),
            ({"hedging": pb.HedgingPolicy()}, "hedging"),
        ):
            with self.subTest(word=word):
                self.not_yet(self.gather([call(), call(**fields)]), "calls[1]." + word)
                self.not_yet(self.gather([call()], defaults=pb.SubCall(**fields)), word)


class PolicyOfTooFewTest(RefusalTest):

    def refused_policy(self, calls, **policy):
        answer = self.gatherd.gather(pb.GatherRequest(calls=calls, policy=pb.Policy(**policy)))
        self.assert_refused(answer, INVALID, "BAD_POLICY")
        return answer

    # semantics 3
    def test_nothing_to_choose_from(self):
        for mode in (pb.MODE_ANY, pb.MODE_RACE):
            self.refused_policy([], mode=mode)
        self.refused_policy([], mode=pb.MODE_QUORUM, min_successes=1)

    # semantics 35
    def test_a_quorum_that_cannot_be_reached(self):
        self.refused_policy([call()], mode=pb.MODE_QUORUM)
        self.refused_policy([call()], mode=pb.MODE_QUORUM, min_successes=2)
        optional = call(requirement=pb.REQUIREMENT_OPTIONAL)
        self.refused_policy([optional], mode=pb.MODE_ANY)
        self.refused_policy([optional], mode=pb.MODE_RACE)
        self.refused_policy([call(), optional], mode=pb.MODE_QUORUM, min_successes=2)


class AcceptedFieldsTest(wire.WireTest):

    def test_idempotent_and_explicit_false_are_fine(self):
        answer = self.gather(
            [call(idempotent=True), call(shielded=False, server_streaming=False)], label="home page")
        self.assertEqual(answer.code, grpc.StatusCode.OK)


class SizeTest(wire.WireTest):

    flags = ("--max_calls=10", "--max_request_bytes=100000", "--max_response_bytes=300000",
             "--max_reply_bytes=200000")

    def calls(self):
        return self.a.stats()["calls"] + self.b.stats()["calls"]

    def setUp(self):
        super().setUp()
        self.before = self.calls()

    def test_too_many_calls(self):
        answer = self.gather([call()] * 11)
        self.assertEqual(answer.message, "calls: 11 sub-calls, at most 10")
        self.assertEqual(self.calls(), self.before)
        self.assertEqual(answer.code, INVALID)
        self.assertEqual(answer.error_info.reason, "TOO_MANY_CALLS")
        self.assertEqual(answer.error_info.metadata["limit"], "10")
        self.assertEqual(self.gather([call()] * 10).code, grpc.StatusCode.OK)

    def test_request_over_the_cap_is_refused_by_us(self):
        answer = self.gather([call(request=b"x" * 100001)])
        self.assertEqual(answer.code, EXHAUSTED)
        self.assertEqual(answer.error_info.reason, "REQUEST_TOO_LARGE")
        self.assertRegex(answer.message, r"^request: 1000\d\d bytes, at most 100000$")
        self.assertEqual(self.calls(), self.before)
        self.assertTrue(answer.trailer("gather-id"))

    def test_request_beyond_grpcs_own_limit_is_refused_by_grpc(self):
        answer = self.gather([call(request=b"x" * (3 << 20))])
        self.assertEqual(answer.code, EXHAUSTED)
        self.assertIsNone(answer.error_info)
        self.assertEqual(self.calls(), self.before)

    def test_reply_over_the_cap_is_a_failed_slot(self):
        answer = self.gather(
            [call(metadata=entries(x_test_reply_bytes=250000)), call(request=b"r")],
            mode=pb.MODE_COLLECT)
        too_large, fine = answer.outcomes
        self.assertEqual(too_large.disposition, pb.DISPOSITION_FAILED)
        self.assertEqual(too_large.status.code, 8)
        self.assertEqual(too_large.origin, pb.ORIGIN_ORCHESTRATOR)
        self.assertEqual(too_large.delivery, pb.DELIVERY_EFFECT_UNKNOWN)
        info = pb.ErrorInfo.FromString(too_large.status.details[0].value)
        self.assertEqual(info.reason, "REPLY_TOO_LARGE")
        self.assertEqual(
            too_large.status.message, "Received message larger than max (250000 vs. 200000)")
        self.assertEqual(fine.response, b"r")
        self.assertEqual(self.calls(), self.before + 2)

    def test_replies_over_the_total_cap_fail_the_later_slots(self):
        answer = self.gather(
            [call(metadata=entries(x_test_reply_bytes=190000, x_test_delay_ms=100 * i))
             for i in range(3)],
            mode=pb.MODE_COLLECT)
        self.assertEqual(answer.code, grpc.StatusCode.OK)
        kept = [o for o in answer.outcomes if o.disposition == pb.DISPOSITION_SUCCEEDED]
        failed = [o for o in answer.outcomes if o.disposition == pb.DISPOSITION_FAILED]
        self.assertEqual((len(kept), len(failed)), (1, 2))
        self.assertEqual(answer.outcomes[0].disposition, pb.DISPOSITION_SUCCEEDED)
        for outcome in failed:
            self.assertEqual(outcome.status.code, 8)
            info = pb.ErrorInfo.FromString(outcome.status.details[0].value)
            self.assertEqual(info.reason, "TOTAL_REPLY_TOO_LARGE")
            self.assertEqual(outcome.delivery, pb.DELIVERY_EFFECT_UNKNOWN)
            self.assertEqual(
                outcome.status.message,
                "reply of 190000 bytes dropped: all replies of one gather may have 300000 bytes "
                "together; ask for less, or in several gathers")
        self.assertEqual(self.calls(), self.before + 3)


if __name__ == "__main__":
    unittest.main()
