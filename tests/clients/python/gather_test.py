"""gather() and its relatives, as far as they are Python's own; what each means on every door and in
every language is in the conformance cases."""

import asyncio
import hashlib
import signal
import unittest

import grpc

import gather
from tests.clients.python import client_test_support as support
from tests.clients.python.client_test_support import Text, call, fail, hang
from tests.wire.certificates import Authority
from tests.wire.config_test_support import ConfigTest, config, target


class GatherTest(support.ClientTest):

    async def test_replies_are_a_list_in_the_order_of_the_calls(self):
        replies = await gather.gather(self.client, call("slow", does={"delay_ms": 50}), call("two"))
        self.assertEqual([Text(value="slow"), Text(value="two")], replies)

    async def test_a_failure_is_raised_with_all_that_is_known_of_it(self):
        with self.assertRaises(gather.GatherError) as caught:
            await gather.gather(self.client, call("fine"), fail(5, "no such user", id="user"))
        error = caught.exception
        self.assertIsInstance(error, grpc.RpcError)
        self.assertEqual(grpc.StatusCode.NOT_FOUND, error.code())
        self.assertEqual('sub-call 1 "user" (a /test.Echo/Call): no such user', error.details())
        self.assertEqual("SUB_CALL_FAILED", error.reason)
        (failure,) = error.failures
        self.assertIs(failure, error.__cause__)
        self.assertEqual((1, "user", "no such user"), (failure.index, failure.id, failure.details()))
        self.assertEqual(gather.Delivery.ANSWERED, failure.delivery)
        self.assertEqual(gather.Verdict.FAILED, error.summary.verdict)
        self.assertEqual(32, len(error.gather_id))

    async def test_exceptions_are_returned_in_the_places_of_their_calls(self):
        one, two, three = await gather.gather(
            self.client, call("one"), fail(14, "down"), hang(timeout=0.2), return_exceptions=True)
        self.assertEqual("one", one.value)
        self.assertIsInstance(two, gather.CallError)
        self.assertEqual(grpc.StatusCode.UNAVAILABLE, two.code())
        self.assertEqual(gather.Cause.SUB_CALL_DEADLINE, three.cause)

    async def test_at_the_timeout_returned_exceptions_stand_beside_what_was_finished(self):
        done, late = await gather.gather(self.client, call("done"), hang(), return_exceptions=True,
                                         timeout=0.8)
        self.assertEqual("done", done.value)
        self.assertEqual(gather.Cause.GATHER_DEADLINE, late.cause)

    async def test_a_timeout_is_a_timeout_error(self):
        with self.assertRaises(TimeoutError) as caught:
            await gather.gather(self.client, hang(), timeout=0.2)
        self.assertIsInstance(caught.exception, gather.GatherError)
        self.assertEqual(grpc.StatusCode.DEADLINE_EXCEEDED, caught.exception.code())

    async def test_cancelling_the_task_that_awaits_cancels_at_the_backends(self):
        task = asyncio.create_task(gather.gather(self.client, hang(), hang()))
        await self.await_stats(in_flight=2)
        task.cancel()
        with self.assertRaises(asyncio.CancelledError):
            await task
        await self.await_stats(in_flight=0, cancelled=2)

    async def test_asyncios_own_timeout_cancels_at_the_backends(self):
        with self.assertRaises(TimeoutError):
            async with asyncio.timeout(0.3):
                await gather.settled(self.client, hang())
        await self.await_stats(in_flight=0)

    async def test_a_server_that_cannot_be_reached_is_unavailable(self):
        async with gather.Client("127.0.0.1:1") as client:
            with self.assertRaises(gather.GatherError) as caught:
                await gather.gather(client, call())
        self.assertEqual(grpc.StatusCode.UNAVAILABLE, caught.exception.code())
        self.assertEqual((), caught.exception.failures)
        self.assertIsNone(caught.exception.summary)

    async def test_a_server_that_dies_is_unavailable(self):
        task = asyncio.create_task(gather.gather(self.client, hang()))
        await self.await_stats(in_flight=1)
        self.gatherd.signal(signal.SIGKILL)
        with self.assertRaises(gather.GatherError) as caught:
            await task
        self.assertEqual(grpc.StatusCode.UNAVAILABLE, caught.exception.code())

    async def test_closing_the_client_is_an_error_and_no_cancellation_of_who_waits(self):
        task = asyncio.create_task(gather.gather(self.client, hang()))
        await self.await_stats(in_flight=1)
        await self.client.close()
        with self.assertRaises(gather.GatherError) as caught:
            await task
        self.assertEqual(grpc.StatusCode.CANCELLED, caught.exception.code())
        await self.await_stats(in_flight=0)
        with self.assertRaises(RuntimeError):
            await gather.gather(self.client, call())

    async def test_a_refusal_names_its_reason(self):
        with self.assertRaises(gather.GatherError) as caught:
            await gather.gather(self.client, call(target="nobody"))
        self.assertEqual("UNKNOWN_TARGET", caught.exception.reason)
        self.assertEqual('calls[0].target: no target "nobody"', caught.exception.details())

    async def test_policies_whose_results_have_gaps_are_not_gathers(self):
        with self.assertRaises(ValueError):
            await gather.gather(self.client, call(), policy=gather.Policy.quorum(1))

    async def test_a_winner_says_which_call_it_was(self):
        winner = await gather.any(self.client, fail(14), call("up"))
        self.assertEqual((1, "up"), (winner.index, winner.value.value))

    async def test_bytes_and_functions_do_for_messages(self):
        raw, upper = await gather.gather(
            self.client,
            gather.call("a", support.METHOD, b"raw \xff", bytes),
            gather.call("a", support.METHOD, b"shout", lambda reply: reply.decode().upper()))
        self.assertEqual((b"raw \xff", "SHOUT"), (raw, upper))

    async def test_a_reply_that_its_function_cannot_read_is_that_calls_failure(self):
        settled = await gather.settled(
            self.client, gather.call("a", support.METHOD, b"\xff", lambda reply: reply.decode()))
        (outcome,) = settled.outcomes
        self.assertEqual(gather.Disposition.FAILED, outcome.disposition)
        self.assertEqual(grpc.StatusCode.INTERNAL, outcome.error.code())
        self.assertIn("can't decode byte 0xff", outcome.error.details())

    async def test_a_fallback_that_cannot_be_read_either_leaves_the_failure(self):
        def read_nothing(reply):
            raise ValueError("it reads nothing")

        blind = gather.call("a", support.METHOD, b"", read_nothing, fallback=b"instead")
        (outcome,) = (await gather.settled(self.client, blind)).outcomes
        self.assertEqual(gather.Disposition.FAILED, outcome.disposition)
        self.assertFalse(outcome.from_fallback)
        self.assertIn("it reads nothing", outcome.error.details())

    async def test_outcomes_tell_when_and_where(self):
        settled = await gather.settled(self.client, call("one", does={"delay_ms": 30}))
        (outcome,) = settled.outcomes
        self.assertIs(outcome, settled.outcomes[0])
        self.assertLessEqual(outcome.timing.queued, outcome.timing.started)
        self.assertGreaterEqual(outcome.timing.finished, outcome.timing.started + 0.03)
        self.assertIn(self.backend.address, outcome.timing.peer)
        self.assertEqual(1, settled.summary.succeeded)
        self.assertIsNone(settled.error)

    async def test_the_value_of_a_failure_raises_it(self):
        settled = await gather.settled(self.client, fail(5, "gone"))
        with self.assertRaises(gather.CallError) as caught:
            print(settled.outcomes[0].value)
        self.assertIs(settled.outcomes[0].error, caught.exception)

    async def test_capabilities_name_the_targets(self):
        capabilities = await self.client.capabilities()
        self.assertEqual({"a": []}, capabilities.targets)
        self.assertEqual(10_000, capabilities.max_calls)
        self.assertEqual(3600.0, capabilities.max_timeout)

    async def test_metadata_of_the_client_goes_with_every_gather_and_not_to_backends(self):
        async with gather.Client(self.gatherd.address, metadata=[("x-who", "me")]) as client:
            (seen,) = await gather.gather(
                client, gather.call("a", support.METHOD, b"", bytes, metadata=[("x-test-describe", "1")]),
                metadata=[("x-more", "too")])
        self.assertNotIn(b"x-who", seen)


class StrangeServerTest(unittest.IsolatedAsyncioTestCase):
    """What a server tells that is none of ours, or goes before it has answered."""

    async def serve(self, code, trailers):
        async def end(_, context):
            context.set_trailing_metadata(trailers)
            await context.abort(code, "away")

        server = grpc.aio.server()
        port = server.add_insecure_port("127.0.0.1:0")
        server.add_generic_rpc_handlers([grpc.method_handlers_generic_handler(
            "gather.v1.GatherService",
            {"Gather": grpc.unary_unary_rpc_method_handler(end),
             "TaskGroup": grpc.stream_stream_rpc_method_handler(end)})])
        await server.start()
        self.addAsyncCleanup(server.stop, None)
        return await self.enterAsyncContext(gather.Client(f"127.0.0.1:{port}"))

    async def test_details_that_are_none_of_ours_leave_the_code(self):
        client = await self.serve(grpc.StatusCode.UNAVAILABLE,
                                  (("grpc-status-details-bin", b"\xff"),))
        with self.assertRaises(gather.GatherError) as caught:
            await gather.gather(client, call())
        self.assertEqual(grpc.StatusCode.UNAVAILABLE, caught.exception.code())
        self.assertEqual(("away", ""), (caught.exception.details(), caught.exception.reason))
        with self.assertRaises(ExceptionGroup) as group:
            async with gather.TaskGroup(client):
                pass
        self.assertEqual(["away"], [error.details() for error in group.exception.exceptions])

    async def test_a_servers_cancel_is_not_the_callers(self):
        client = await self.serve(grpc.StatusCode.CANCELLED, ())
        with self.assertRaises(gather.GatherError) as caught:
            await gather.gather(client, call())
        self.assertEqual(grpc.StatusCode.UNAVAILABLE, caught.exception.code())


class SecureTest(ConfigTest, unittest.IsolatedAsyncioTestCase):

    async def test_certificates_and_tokens_open_the_door(self):
        authority = Authority(self)
        own = authority.issue("IP:127.0.0.1")
        token = "for Python, and long enough to be a token"
        self.serve(config(
            target("a", self.backend.address),
            listener={"tls": {"certificate_file": own.certificate_file,
                              "private_key_file": own.private_key_file}},
            authentication={"tokens": [{"sha256": hashlib.sha256(token.encode()).hexdigest(),
                                        "principal": "snake"}]}))
        credentials = grpc.ssl_channel_credentials(authority.pem)
        async with gather.Client(self.gatherd.address, credentials=credentials,
                                 metadata=[("authorization", "Bearer " + token)]) as client:
            self.assertEqual([Text(value="hi")], await gather.gather(client, call("hi")))
        async with gather.Client(self.gatherd.address, credentials=credentials) as stranger:
            with self.assertRaises(gather.GatherError) as caught:
                await gather.gather(stranger, call("hi"))
        self.assertEqual("NO_IDENTITY", caught.exception.reason)


if __name__ == "__main__":
    unittest.main()
