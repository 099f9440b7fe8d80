"""What tests of the Python client share: a backend, a gatherd, and a client in each test's loop."""

import asyncio
import unittest

from google.protobuf import wrappers_pb2

import gather
from tests.wire import wire_test_support as wire

Text = wrappers_pb2.StringValue

METHOD = "/test.Echo/Call"


def call(text="", *, target="a", does=None, **fields):
    """An echo, unless told otherwise: `does={"code": 5}` is the metadata `x-test-code: 5`."""
    metadata = [("x-test-" + key.replace("_", "-"), str(value)) for key, value in (does or {}).items()]
    return gather.call(target, METHOD, Text(value=text), Text, metadata=metadata, **fields)


def hang(**fields):
    return call(does={"hang": 1}, **fields)


def fail(code, message="", **fields):
    return call(does={"code": code, "message": message}, **fields)


class ClientTest(wire.ProcessTest, unittest.IsolatedAsyncioTestCase):
    """A backend and a gatherd for each test, so that counts start from zero."""

    def setUp(self):
        super().setUp()
        self.backend = self.start(wire.Backend)
        self.gatherd = self.start(wire.Gatherd, {"a": self.backend.address})

    async def asyncSetUp(self):
        self.client = await self.enterAsyncContext(gather.Client(self.gatherd.address))

    async def await_stats(self, **wanted):
        """Until the backend has seen exactly that, as `calls=2, cancelled=2`."""
        def seen(stats):
            return all(stats[key] == value for key, value in wanted.items())

        await asyncio.to_thread(self.backend.wait_for, seen)
