"""as_completed(), as far as it is Python's own."""

import asyncio
import signal
import unittest

import grpc

import gather
from tests.clients.python import client_test_support as support
from tests.clients.python.client_test_support import call, fail, hang


class AsCompletedTest(support.ClientTest):

    async def test_each_comes_when_it_has_ended(self):
        calls = [call("late", does={"delay_ms": 300}), call("early")]
        completions = gather.as_completed(self.client, calls)
        seen = [(outcome.index, outcome.value.value) async for outcome in completions]
        self.assertEqual([(1, "early"), (0, "late")], seen)
        self.assertEqual(gather.Verdict.SATISFIED, completions.verdict)
        self.assertEqual(2, completions.summary.succeeded)

    async def test_a_failed_gather_ends_the_loop_with_its_error(self):
        seen = []
        with self.assertRaises(gather.GatherError) as caught:
            async for outcome in gather.as_completed(self.client, [fail(5, "gone"), hang()],
                                                     policy=gather.Policy.fail_fast()):
                seen.append(outcome)
        self.assertEqual([0, 1], [outcome.index for outcome in seen])
        self.assertIs(seen[0].error, caught.exception.failures[0])

    async def test_leaving_the_loop_cancels_the_rest(self):
        async for outcome in gather.as_completed(self.client, [call("first"), hang(), hang()]):
            self.assertEqual("first", outcome.value.value)
            break
        await self.await_stats(in_flight=0)

    async def test_leaving_the_with_cancels_the_rest(self):
        async with gather.as_completed(self.client, [hang(), hang()]):
            await self.await_stats(in_flight=2)
        await self.await_stats(in_flight=0, cancelled=2)

    async def test_cancelling_the_reader_cancels_the_calls(self):
        async def read():
            async for _ in gather.as_completed(self.client, [hang()]):
                pass

        task = asyncio.create_task(read())
        await self.await_stats(in_flight=1)
        task.cancel()
        with self.assertRaises(asyncio.CancelledError):
            await task
        await self.await_stats(in_flight=0)

    async def test_a_server_that_dies_leaves_what_was_told(self):
        seen = []
        with self.assertRaises(gather.GatherError) as caught:
            async for outcome in gather.as_completed(self.client, [fail(5, "gone"), hang()]):
                seen.append(outcome.index)
                self.gatherd.signal(signal.SIGKILL)
        self.assertEqual([0], seen)
        self.assertEqual(grpc.StatusCode.UNAVAILABLE, caught.exception.code())
        self.assertEqual(["gone"], [failure.details() for failure in caught.exception.failures])

    async def test_closing_the_client_ends_the_loop_with_an_error(self):
        with self.assertRaises(gather.GatherError) as caught:
            async for _ in gather.as_completed(self.client, [call("first"), hang()]):
                await self.client.close()
        self.assertEqual(grpc.StatusCode.CANCELLED, caught.exception.code())
        await self.await_stats(in_flight=0)

    async def test_it_is_gone_over_once(self):
        completions = gather.as_completed(self.client, [call()])
        self.assertEqual(1, len([outcome async for outcome in completions]))
        self.assertEqual(0, len([outcome async for outcome in completions]))


if __name__ == "__main__":
    unittest.main()
