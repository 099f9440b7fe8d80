"""TaskGroup, as far as it is Python's own: how it is entered and left."""

import asyncio
import signal
import unittest

import grpc

import gather
from tests.clients.python import client_test_support as support
from tests.clients.python.client_test_support import call, fail, hang


class TaskGroupTest(support.ClientTest):

    async def test_results_are_there_after_the_with(self):
        async with gather.TaskGroup(self.client) as group:
            one = group.create_task(call("one"))
            two = group.create_task(call("two", id="second"))
        self.assertEqual(("one", "two"), (one.result().value, two.result().value))
        self.assertIsNone(group.error)
        self.assertEqual(2, group.summary.succeeded)

    async def test_a_failure_is_raised_in_an_exception_group(self):
        async with self.assert_fails() as failures:
            async with gather.TaskGroup(self.client) as group:
                slow = group.create_task(hang())
                bad = group.create_task(fail(5, "gone", id="user"))
        self.assertEqual([bad.exception()], failures)
        self.assertEqual(gather.Cause.SIBLING_FAILED, slow.exception().cause)
        self.assertEqual('sub-call 1 "user" (a /test.Echo/Call): gone', group.error.details())

    async def test_a_failure_cancels_the_body_and_nothing_around_it(self):
        reached = False
        async with self.assert_fails():
            async with gather.TaskGroup(self.client) as group:
                group.create_task(fail(5, "gone"))
                await asyncio.Event().wait()
                reached = True
        self.assertFalse(reached)
        self.assertEqual(0, asyncio.current_task().cancelling())
        await asyncio.sleep(0)  # no cancellation is left over

    async def test_a_failure_that_the_body_awaited_is_listed_once(self):
        async with self.assert_fails() as failures:
            async with gather.TaskGroup(self.client) as group:
                await group.create_task(fail(5, "gone"))
        self.assertEqual(1, len(failures))

    async def test_a_body_that_awaits_what_a_failure_cancels_tells_of_the_failure_alone(self):
        async with self.assert_fails() as failures:
            async with gather.TaskGroup(self.client) as group:
                slow = group.create_task(hang())
                group.create_task(fail(5, "gone", id="user"))
                await slow
        self.assertEqual(["user"], [failure.id for failure in failures])
        self.assertEqual(gather.Cause.SIBLING_FAILED, slow.outcome().cause)
        self.assertEqual(gather.Verdict.FAILED, group.verdict)

    async def test_an_exception_of_the_body_cancels_the_group(self):
        with self.assertRaises(ExceptionGroup) as caught:
            async with gather.TaskGroup(self.client) as group:
                group.create_task(hang())
                await self.await_stats(in_flight=1)
                raise KeyError("mine")
        self.assertEqual([KeyError], [type(error) for error in caught.exception.exceptions])
        await self.await_stats(in_flight=0, cancelled=1)

    async def test_cancelling_the_task_around_it_cancels_the_group(self):
        async def work():
            async with gather.TaskGroup(self.client) as group:
                group.create_task(hang())

        task = asyncio.create_task(work())
        await self.await_stats(in_flight=1)
        task.cancel()
        with self.assertRaises(asyncio.CancelledError):
            await task
        await self.await_stats(in_flight=0, cancelled=1)

    async def test_asyncios_timeout_around_it_is_a_timeout_error(self):
        with self.assertRaises(TimeoutError):
            async with asyncio.timeout(0.3):
                async with gather.TaskGroup(self.client) as group:
                    await group.create_task(hang())
        await self.await_stats(in_flight=0)

    async def test_its_own_timeout_is_in_the_group(self):
        with self.assertRaises(ExceptionGroup) as caught:
            async with gather.TaskGroup(self.client, timeout=0.5) as group:
                done = group.create_task(call("done"))
                late = group.create_task(hang())
        (timeout,) = caught.exception.exceptions
        self.assertIsInstance(timeout, TimeoutError)
        self.assertEqual("done", done.result().value)
        self.assertEqual(gather.Cause.GATHER_DEADLINE, late.exception().cause)

    async def test_its_own_timeout_is_told_to_a_body_that_awaits(self):
        with self.assertRaises(ExceptionGroup) as caught:
            async with gather.TaskGroup(self.client, timeout=0.4) as group:
                await group.create_task(hang())
        self.assertEqual([gather.GatherTimeoutError],
                         [type(error) for error in caught.exception.exceptions])

    async def test_a_loser_that_the_body_awaits_is_the_bodys_to_handle(self):
        with self.assertRaises(ExceptionGroup) as caught:
            async with gather.TaskGroup(self.client, policy=gather.Policy.any()) as group:
                slow = group.create_task(hang())
                group.create_task(call("quick"))
                await slow
        self.assertEqual((slow.exception(),), caught.exception.exceptions)
        self.assertEqual(gather.Verdict.SATISFIED, group.verdict)

    async def test_awaiting_a_task_gives_its_reply_and_more_can_follow(self):
        async with gather.TaskGroup(self.client) as group:
            first = await group.create_task(call("first"))
            second = await group.create_task(call(first.value + ", second"))
        self.assertEqual("first, second", second.value)

    async def test_many_wait_for_one_task(self):
        async with gather.TaskGroup(self.client) as group:
            task = group.create_task(call("one", does={"delay_ms": 100}))

            async def read():
                return (await task).value

            self.assertEqual(["one"] * 3, await asyncio.gather(read(), read(), read()))

    async def test_a_cancelled_task_is_no_failure(self):
        async with gather.TaskGroup(self.client) as group:
            task = group.create_task(hang())
            await self.await_stats(in_flight=1)
            self.assertTrue(task.cancel())
            outcome = await task.settled()
        self.assertEqual(gather.Cause.OWN_HANDLE, outcome.cause)
        self.assertFalse(task.cancel())
        self.assertIsNone(group.error)

    async def test_wait_for_cancels_the_sub_call_that_took_too_long(self):
        async with gather.TaskGroup(self.client) as group:
            task = group.create_task(hang())
            with self.assertRaises(TimeoutError):
                await asyncio.wait_for(task, 0.3)
            outcome = await task.settled()
        self.assertEqual(gather.Cause.OWN_HANDLE, outcome.cause)

    async def test_cancel_raises_nothing(self):
        async with gather.TaskGroup(self.client) as group:
            task = group.create_task(hang())
            await self.await_stats(in_flight=1)
            group.cancel()
            late = group.create_task(call())
        self.assertEqual(gather.Cause.CALLER, task.outcome().cause)
        self.assertEqual(gather.Disposition.NOT_STARTED, late.outcome().disposition)
        self.assertEqual(grpc.StatusCode.CANCELLED, group.error.code())

    async def test_a_success_that_decides_lets_the_body_go_on(self):
        async with gather.TaskGroup(self.client, policy=gather.Policy.any()) as group:
            slow = group.create_task(hang())
            await group.create_task(call("quick"))
            await slow.settled()
            late = group.create_task(call())
            outcome = await late.settled()
        self.assertEqual(gather.Cause.DECIDED, slow.outcome().cause)
        self.assertEqual(gather.Disposition.NOT_STARTED, outcome.disposition)
        self.assertEqual(gather.Cause.DECIDED, outcome.cause)
        self.assertEqual(1, outcome.caused_by)

    async def test_tasks_are_for_the_inside_of_the_with(self):
        group = gather.TaskGroup(self.client)
        with self.assertRaises(RuntimeError):
            group.create_task(call())
        async with group:
            pass
        with self.assertRaises(RuntimeError):
            group.create_task(call())
        with self.assertRaises(RuntimeError):
            async with group:
                pass

    async def test_an_id_is_one_tasks_until_it_has_ended(self):
        async with gather.TaskGroup(self.client) as group:
            first = group.create_task(call("first", id="me"))
            with self.assertRaises(ValueError):
                group.create_task(call(id="me"))
            with self.assertRaises(ValueError):
                group.create_task(call(id="7"))
            await first
            again = group.create_task(call("again", id="me"))
        self.assertEqual("again", again.result().value)
        self.assertEqual(1, again.index)

    async def test_what_has_not_ended_has_no_result(self):
        async with gather.TaskGroup(self.client) as group:
            task = group.create_task(call())
            self.assertFalse(task.done())
            with self.assertRaises(asyncio.InvalidStateError):
                task.result()
        self.assertTrue(task.done())

    async def test_a_server_that_cannot_be_reached_is_in_the_group(self):
        async with gather.Client("127.0.0.1:1") as client:
            with self.assertRaises(ExceptionGroup) as caught:
                async with gather.TaskGroup(client) as group:
                    task = group.create_task(call())
        (error,) = caught.exception.exceptions
        self.assertEqual(grpc.StatusCode.UNAVAILABLE, error.code())
        self.assertEqual(gather.Origin.TRANSPORT, task.exception().origin)

    async def test_a_server_that_dies_is_in_the_group(self):
        with self.assertRaises(ExceptionGroup) as caught:
            async with gather.TaskGroup(self.client) as group:
                task = group.create_task(hang())
                await self.await_stats(in_flight=1)
                self.gatherd.signal(signal.SIGKILL)
        (error,) = caught.exception.exceptions
        self.assertEqual(grpc.StatusCode.UNAVAILABLE, error.code())
        self.assertEqual(gather.Disposition.FAILED, task.outcome().disposition)
        self.assertEqual(gather.Delivery.EFFECT_UNKNOWN, task.outcome().delivery)

    async def test_closing_the_client_is_an_error_of_the_group(self):
        with self.assertRaises(ExceptionGroup) as caught:
            async with gather.TaskGroup(self.client) as group:
                task = group.create_task(hang())
                await self.await_stats(in_flight=1)
                await self.client.close()
                await asyncio.Event().wait()
        (error,) = caught.exception.exceptions
        self.assertEqual(grpc.StatusCode.CANCELLED, error.code())
        self.assertEqual(gather.Cause.CALLER, task.outcome().cause)
        await self.await_stats(in_flight=0)

    async def test_thousands_of_tasks_with_a_few_at_a_time(self):
        async with gather.TaskGroup(self.client, max_concurrency=16) as group:
            tasks = [group.create_task(call(str(i))) for i in range(3000)]
        self.assertEqual([str(i) for i in range(3000)], [task.result().value for task in tasks])
        self.assertLessEqual(self.backend.stats()["max_in_flight"], 16)

    async def test_all_failures_are_counted_and_a_hundred_kept(self):
        async with self.assert_fails() as failures:
            async with gather.TaskGroup(self.client, policy=gather.Policy.any()) as group:
                for _ in range(150):
                    group.create_task(fail(5, "gone"))
        self.assertEqual(100, len(failures))
        # It was decided by the last failure, or by the end of the adds.
        self.assertRegex(group.error.details(), r"gone \(\+(149|150) more\)$")

    def assert_fails(self):
        return _Failures(self)


class _Failures:
    """`async with` that expects an ExceptionGroup of CallErrors, and gives them as a list."""

    def __init__(self, test):
        self._test = test
        self._failures = []

    async def __aenter__(self):
        return self._failures

    async def __aexit__(self, exc_type, exc, traceback):
        self._test.assertIsInstance(exc, ExceptionGroup)
        for failure in exc.exceptions:
            self._test.assertIsInstance(failure, gather.CallError)
        self._failures += exc.exceptions
        return True


if __name__ == "__main__":
    unittest.main()
