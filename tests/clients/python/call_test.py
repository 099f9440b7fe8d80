"""Calls are on the wire what they say."""

import unittest

import grpc
from google.protobuf import wrappers_pb2

import gather
from gather.v1 import gather_pb2 as pb

Bytes = wrappers_pb2.BytesValue


def wire_form(call):
    (sub_call,) = pb.GatherRequest.FromString(call.frame).calls
    return sub_call


class CallTest(unittest.TestCase):

    def test_a_plain_call_has_target_method_and_request(self):
        call = gather.call("users", "/a.B/C", Bytes(value=b"x"), Bytes)
        expected = pb.SubCall(target="users", method="/a.B/C", request=b"\x0a\x01x")
        self.assertEqual(expected, wire_form(call))

    def test_an_empty_request_is_there(self):
        self.assertTrue(wire_form(gather.call("a", "/a.B/C", b"", bytes)).HasField("request"))

    def test_requests_of_every_length_come_whole(self):
        for length in (1, 127, 128, 16_300, 16_383, 16_384, 2_100_000):
            with self.subTest(length):
                request = b"\xfe" * length
                self.assertEqual(request, wire_form(gather.call("a", "/a.B/C", request, bytes)).request)

    def test_names_of_any_script_and_many_of_them(self):
        for i in range(3000):  # more than are remembered
            sub_call = wire_form(gather.call(f"tä{i}", f"/ü.B/{i}", b"", bytes))
            self.assertEqual((f"tä{i}", f"/ü.B/{i}"), (sub_call.target, sub_call.method))

    def test_everything_that_was_said(self):
        call = gather.call(
            "a", "/a.B/C", b"", bytes, id="me", timeout=1.5,
            metadata=[("x-a", "ä"), ("x-b-bin", b"\xff")], required=True, streaming=True,
            shielded=True, idempotent=False, fallback=Bytes(value=b"f"),
            fallback_codes=[grpc.StatusCode.NOT_FOUND])
        expected = pb.SubCall(
            target="a", method="/a.B/C", request=b"", id="me",
            metadata=[pb.Metadata(key="x-a", value="ä".encode()),
                      pb.Metadata(key="x-b-bin", value=b"\xff")],
            requirement=pb.REQUIREMENT_REQUIRED, server_streaming=True, shielded=True,
            idempotent=False, fallback=pb.Fallback(response=b"\x0a\x01f", codes=[5]))
        expected.timeout.seconds = 1
        expected.timeout.nanos = 500_000_000
        self.assertEqual(expected, wire_form(call))

    def test_contradictions_are_refused_at_once(self):
        for fields in ({"optional": True, "required": True}, {"timeout": float("nan")},
                       {"timeout": float("inf")}, {"fallback_codes": [grpc.StatusCode.ABORTED]}):
            with self.subTest(fields), self.assertRaises(ValueError):
                gather.call("a", "/a.B/C", b"", bytes, **fields)


if __name__ == "__main__":
    unittest.main()
