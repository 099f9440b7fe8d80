"""Each outcome as soon as it is there."""

import asyncio
from collections.abc import Iterable
from types import TracebackType
from typing import Any, Generic, TypeVar

import grpc
import grpc.aio

from . import _lean_pb2 as lean
from ._call import Call, Metadata
from ._client import Client, error_of_rpc, parse, raise_if_closed
from ._decision import Tally, error_of, to_summary
from ._errors import GatherError
from ._facts import Summary, Verdict
from ._outcome import UNREADABLE, Outcome, is_real_failure, read_reply
from ._policy import Policy
from ._request import Defaults, encode_request
from .v1 import gather_pb2 as pb

R = TypeVar("R")


class Completions(Generic[R]):
    """The outcomes of a gather's calls in the order in which they end; to go over once.

        async with gather.as_completed(client, calls) as completions:
            async for outcome in completions:
                if outcome.ok:
                    show(outcome.index, outcome.value)

    Every call has its turn: failures, and what the gather cancelled, too. After the last one the
    loop ends, with a GatherError where the policy was not satisfied.

    Leaving the `async with` before that cancels the rest; without one, so does dropping the object.
    A slow reader holds back about 4 MiB of outcomes; beyond, nothing new is started until it reads.
    """

    def __init__(self, rpc: Any, calls: list[Call[R]], policy: Policy) -> None:
        self._rpc = rpc
        self._calls = calls
        self._tally = Tally(policy)
        self._summary: Summary | None = None
        self._error: GatherError | None = None
        self._ended = False

    def __aiter__(self) -> "Completions[R]":
        return self

    async def __anext__(self) -> Outcome[R]:
        if self._ended:
            raise StopAsyncIteration
        event = await self._next_event()
        if event.HasField("outcome"):
            return self._take(event.outcome)
        self._ended = True
        self._conclude(event.summary)
        if self._error is not None:
            raise self._error
        raise StopAsyncIteration

    async def __aenter__(self) -> "Completions[R]":
        return self

    async def __aexit__(self, exc_type: type[BaseException] | None, exc: BaseException | None,
                        traceback: TracebackType | None) -> None:
        await self.aclose()

    def __del__(self) -> None:
        self._cancel()

    async def aclose(self) -> None:
        """Cancels what has not ended; it is awaited where the gather runs."""
        self._cancel()

    @property
    def summary(self) -> Summary | None:
        """The gather in numbers, once the loop is through; None before, and without an answer."""
        return self._summary

    @property
    def verdict(self) -> Verdict:
        return self._summary.verdict if self._summary is not None else Verdict.UNSPECIFIED

    def _cancel(self) -> None:
        if not self._ended:
            self._ended = True
            self._rpc.cancel()

    async def _next_event(self) -> lean.GatherEvent:
        try:
            data = await self._rpc.read()
        except grpc.aio.AioRpcError as error:
            self._ended = True
            raise self._lost(error_of_rpc(error)) from error
        except asyncio.CancelledError:
            self._cancel()
            raise_if_closed()
            raise
        if data is grpc.aio.EOF:
            self._ended = True
            raise self._lost(GatherError(grpc.StatusCode.INTERNAL,
                                         "the answer ended before it was complete"))
        return parse(lean.GatherEvent, data)

    def _lost(self, error: GatherError) -> GatherError:
        """What was told before the way was lost is not lost with it."""
        return GatherError(error.code(), error.details(), reason=error.reason,
                           failures=self._tally.errors())

    def _take(self, proto: lean.Outcome) -> Outcome[R]:
        call = self._calls[proto.index]
        succeeded = proto.disposition == pb.DISPOSITION_SUCCEEDED
        value = read_reply(call, proto) if succeeded else UNREADABLE
        outcome = Outcome(call, proto, value)
        if value is not UNREADABLE:
            self._tally.note_success(call)
        elif is_real_failure(proto):
            self._tally.note_failure(call, outcome, misread=succeeded)
        return outcome

    def _conclude(self, summary: pb.Summary) -> None:
        decision = summary.decision
        self._tally.correct(summary, decision)
        self._summary = to_summary(summary, decision)
        decider = self._calls[decision.decided_by] if decision.HasField("decided_by") else None
        self._error = error_of(decision, self._summary, self._tally, decider)


def as_completed(client: Client, calls: Iterable[Call[R]], *, policy: Policy | None = None,
                 timeout: float | None = None, max_concurrency: int = 0, label: str = "",
                 defaults: Defaults | None = None, metadata: Metadata = ()) -> Completions[R]:
    """Starts the calls, and gives each one's outcome as soon as it has ended; as
    asyncio.as_completed, but each says which it is.

    The policy is collect() by default, where a failure cancels nobody. Options are gather()'s.
    """
    listed = list(calls)
    policy = policy or Policy.collect()
    request = encode_request(listed, policy, timeout=timeout, max_concurrency=max_concurrency,
                             label=label, defaults=defaults)
    return Completions(client.as_completed(request, metadata), listed, policy)
