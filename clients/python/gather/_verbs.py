"""The verbs that wait for a whole answer."""

import dataclasses
from collections.abc import Iterator
from typing import Any, Generic, Literal, TypeVar, overload

import grpc

from ._answer import Answer
from ._call import Call, Metadata
from ._client import Client
from ._errors import GatherError
from ._facts import Summary, Verdict
from ._outcome import UNREADABLE, CallError, Outcome
from ._policy import Mode, Policy
from ._request import Defaults, encode_request

A = TypeVar("A")
B = TypeVar("B")
C = TypeVar("C")
D = TypeVar("D")
R = TypeVar("R")
T_co = TypeVar("T_co", covariant=True)


async def _ask(client: Client, calls: tuple[Call[Any], ...], policy: Policy, *,
               timeout: float | None, max_concurrency: int, label: str, defaults: Defaults | None,
               metadata: Metadata) -> Answer:
    request = encode_request(calls, policy, timeout=timeout, max_concurrency=max_concurrency,
                             label=label, defaults=defaults)
    return Answer(calls, policy, await client.gather(request, metadata))


def _values(calls: tuple[Call[Any], ...], answer: Answer) -> list[Any]:
    """The replies of a satisfied gather; None for optional calls that have none."""
    if answer.whole:
        return answer.values
    for call, value in zip(calls, answer.values):
        if value is UNREADABLE and call.counts:
            raise GatherError(grpc.StatusCode.INTERNAL,
                              "the gather is satisfied, but lacks the reply of a sub-call")
    return [None if value is UNREADABLE else value for value in answer.values]


def _values_and_errors(answer: Answer) -> list[Any]:
    if answer.whole:
        return answer.values
    return [answer.outcome(index).error if value is UNREADABLE else value
            for index, value in enumerate(answer.values)]


@overload
async def gather(  # type: ignore[misc]  # one call is a tuple, a list of any length a list
                 client: Client, a: Call[A], /, *, return_exceptions: Literal[False] = False,
                 policy: Policy | None = None, timeout: float | None = None,
                 max_concurrency: int = 0, label: str = "", defaults: Defaults | None = None,
                 metadata: Metadata = ()) -> tuple[A]:
    ...


@overload
async def gather(client: Client, a: Call[A], b: Call[B], /, *,
                 return_exceptions: Literal[False] = False, policy: Policy | None = None,
                 timeout: float | None = None, max_concurrency: int = 0, label: str = "",
                 defaults: Defaults | None = None, metadata: Metadata = ()) -> tuple[A, B]:
    ...


@overload
async def gather(client: Client, a: Call[A], b: Call[B], c: Call[C], /, *,
                 return_exceptions: Literal[False] = False, policy: Policy | None = None,
                 timeout: float | None = None, max_concurrency: int = 0, label: str = "",
                 defaults: Defaults | None = None, metadata: Metadata = ()) -> tuple[A, B, C]:
    ...


@overload
async def gather(client: Client, a: Call[A], b: Call[B], c: Call[C], d: Call[D], /, *,
                 return_exceptions: Literal[False] = False, policy: Policy | None = None,
                 timeout: float | None = None, max_concurrency: int = 0, label: str = "",
                 defaults: Defaults | None = None, metadata: Metadata = ()) -> tuple[A, B, C, D]:
    ...


@overload
async def gather(client: Client, *calls: Call[R], return_exceptions: Literal[False] = False,
                 policy: Policy | None = None, timeout: float | None = None,
                 max_concurrency: int = 0, label: str = "", defaults: Defaults | None = None,
                 metadata: Metadata = ()) -> list[R]:
    ...


@overload
async def gather(  # type: ignore[misc]  # as above
                 client: Client, a: Call[A], /, *, return_exceptions: Literal[True],
                 policy: Policy | None = None, timeout: float | None = None,
                 max_concurrency: int = 0, label: str = "", defaults: Defaults | None = None,
                 metadata: Metadata = ()) -> tuple[A | CallError]:
    ...


@overload
async def gather(client: Client, a: Call[A], b: Call[B], /, *, return_exceptions: Literal[True],
                 policy: Policy | None = None, timeout: float | None = None,
                 max_concurrency: int = 0, label: str = "", defaults: Defaults | None = None,
                 metadata: Metadata = ()) -> tuple[A | CallError, B | CallError]:
    ...


@overload
async def gather(client: Client, a: Call[A], b: Call[B], c: Call[C], /, *,
                 return_exceptions: Literal[True], policy: Policy | None = None,
                 timeout: float | None = None, max_concurrency: int = 0, label: str = "",
                 defaults: Defaults | None = None, metadata: Metadata = ()
                 ) -> tuple[A | CallError, B | CallError, C | CallError]:
    ...


@overload
async def gather(client: Client, a: Call[A], b: Call[B], c: Call[C], d: Call[D], /, *,
                 return_exceptions: Literal[True], policy: Policy | None = None,
                 timeout: float | None = None, max_concurrency: int = 0, label: str = "",
                 defaults: Defaults | None = None, metadata: Metadata = ()
                 ) -> tuple[A | CallError, B | CallError, C | CallError, D | CallError]:
    ...


@overload
async def gather(client: Client, *calls: Call[R], return_exceptions: Literal[True],
                 policy: Policy | None = None, timeout: float | None = None,
                 max_concurrency: int = 0, label: str = "", defaults: Defaults | None = None,
                 metadata: Metadata = ()) -> list[R | CallError]:
    ...


async def gather(client: Client, *calls: Call[Any], return_exceptions: bool = False,
                 policy: Policy | None = None, timeout: float | None = None,
                 max_concurrency: int = 0, label: str = "", defaults: Defaults | None = None,
                 metadata: Metadata = ()) -> Any:
    """The replies, in the order of the calls; as asyncio.gather.

    The first real failure cancels the other calls, awaits their end and is raised as GatherError,
    with all failures in it. An `optional` call that failed is None. With `return_exceptions`
    failures cancel nobody, and stand as CallError in the places of their calls; so do, at the
    `timeout`, the calls that had not finished.

    Cancelling the task that awaits this cancels the gather, at its backends, too.

    policy: Policy.fail_fast() or Policy.propagate(); with return_exceptions any, Policy.collect()
        by default.
    timeout: seconds, all together (GatherTimeoutError). Default: the server's, 30 s.
    max_concurrency: so many calls in flight. Default: the server's maximum, 1,000.
    label: names the gather in logs and traces.
    defaults: what holds for every call that does not say otherwise.
    metadata: sent with the gather itself, not with its calls.
    """
    if policy is None:
        policy = Policy.collect() if return_exceptions else Policy.fail_fast()
    elif not return_exceptions and policy.mode not in (Mode.FAIL_FAST, Mode.PROPAGATE):
        raise ValueError("gather() takes fail_fast and propagate: its result has no room for "
                         "failures; there are settled(), any(), race() and quorum()")
    answer = await _ask(client, calls, policy, timeout=timeout, max_concurrency=max_concurrency,
                        label=label, defaults=defaults, metadata=metadata)
    if return_exceptions:
        return _values_and_errors(answer)
    answer.raise_error()
    return _values(calls, answer)


class Settled(Generic[T_co]):
    """What became of every sub-call, and of the gather as a whole.

        settled = await gather.settled(client, user_call, posts_call)
        user, posts = settled.outcomes
        if posts.error is not None: ...
    """

    def __init__(self, answer: Answer) -> None:
        self._answer = answer
        self._outcomes: tuple[Outcome[Any], ...] | None = None

    @property
    def outcomes(self) -> T_co:
        """An Outcome for each call, in their order."""
        if self._outcomes is None:
            self._outcomes = tuple(
                self._answer.outcome(index) for index in range(len(self._answer.values)))
        outcomes: Any = self._outcomes
        typed: T_co = outcomes
        return typed

    @property
    def error(self) -> GatherError | None:
        """How the gather as a whole failed; None when its policy is satisfied, which collect() is
        however many calls failed."""
        return self._answer.error

    @property
    def verdict(self) -> Verdict:
        return self.summary.verdict

    @property
    def summary(self) -> Summary:
        return self._answer.summary


@overload
async def settled(client: Client, a: Call[A], /, *, policy: Policy | None = None,
                  timeout: float | None = None, max_concurrency: int = 0, label: str = "",
                  defaults: Defaults | None = None, metadata: Metadata = ()
                  ) -> Settled[tuple[Outcome[A]]]:
    ...


@overload
async def settled(client: Client, a: Call[A], b: Call[B], /, *, policy: Policy | None = None,
                  timeout: float | None = None, max_concurrency: int = 0, label: str = "",
                  defaults: Defaults | None = None, metadata: Metadata = ()
                  ) -> Settled[tuple[Outcome[A], Outcome[B]]]:
    ...


@overload
async def settled(client: Client, a: Call[A], b: Call[B], c: Call[C], /, *,
                  policy: Policy | None = None, timeout: float | None = None,
                  max_concurrency: int = 0, label: str = "", defaults: Defaults | None = None,
                  metadata: Metadata = ()) -> Settled[tuple[Outcome[A], Outcome[B], Outcome[C]]]:
    ...


@overload
async def settled(client: Client, a: Call[A], b: Call[B], c: Call[C], d: Call[D], /, *,
                  policy: Policy | None = None, timeout: float | None = None,
                  max_concurrency: int = 0, label: str = "", defaults: Defaults | None = None,
                  metadata: Metadata = ()
                  ) -> Settled[tuple[Outcome[A], Outcome[B], Outcome[C], Outcome[D]]]:
    ...


@overload
async def settled(client: Client, *calls: Call[R], policy: Policy | None = None,
                  timeout: float | None = None, max_concurrency: int = 0, label: str = "",
                  defaults: Defaults | None = None, metadata: Metadata = ()
                  ) -> Settled[tuple[Outcome[R], ...]]:
    ...


async def settled(client: Client, *calls: Call[Any], policy: Policy | None = None,
                  timeout: float | None = None, max_concurrency: int = 0, label: str = "",
                  defaults: Defaults | None = None, metadata: Metadata = ()) -> Any:
    """What became of every call, replies and failures side by side.

    The policy is collect() by default, where a failure cancels nobody; with another one, or at the
    timeout, what had finished by then still stands. Raises GatherError only where there is no
    answer: the gather was refused, or its server cannot be reached. Options are gather()'s.
    """
    return Settled(await _ask(
        client, calls, policy or Policy.collect(), timeout=timeout,
        max_concurrency=max_concurrency, label=label, defaults=defaults, metadata=metadata))


@dataclasses.dataclass(frozen=True)
class Winner(Generic[R]):
    """A reply that decided a gather, or helped to, and the place of its call."""

    index: int
    value: R


def _winners(calls: tuple[Call[Any], ...], answer: Answer) -> Iterator[Winner[Any]]:
    for index, (call, value) in enumerate(zip(calls, answer.values)):
        if value is not UNREADABLE and call.counts:
            yield Winner(index, value)


def _winner(calls: tuple[Call[Any], ...], answer: Answer) -> Winner[Any]:
    """The one that decided, or another where its reply could not be read."""
    answer.raise_error()
    winners = list(_winners(calls, answer))
    for winner in winners:
        if winner.index == answer.decided_by:
            return winner
    if not winners:
        raise GatherError(grpc.StatusCode.INTERNAL, "the gather is satisfied, but lacks a reply")
    return winners[0]


async def first_success(client: Client, *calls: Call[R], timeout: float | None = None,
                        max_concurrency: int = 0, label: str = "",
                        defaults: Defaults | None = None, metadata: Metadata = ()) -> Winner[R]:
    """The first reply; the other calls are cancelled and awaited. As Promise.any.

    Raises GatherError when all have failed: the first failure, with all of them listed. Options are
    gather()'s.
    """
    return _winner(calls, await _ask(
        client, calls, Policy.any(), timeout=timeout, max_concurrency=max_concurrency, label=label,
        defaults=defaults, metadata=metadata))


async def race(client: Client, *calls: Call[R], timeout: float | None = None,
               max_concurrency: int = 0, label: str = "", defaults: Defaults | None = None,
               metadata: Metadata = ()) -> Winner[R]:
    """The first to end, good (its reply) or bad (GatherError); the others are cancelled and
    awaited. Options are gather()'s."""
    return _winner(calls, await _ask(
        client, calls, Policy.race(), timeout=timeout, max_concurrency=max_concurrency, label=label,
        defaults=defaults, metadata=metadata))


async def quorum(client: Client, successes: int, *calls: Call[R], timeout: float | None = None,
                 max_concurrency: int = 0, label: str = "", defaults: Defaults | None = None,
                 metadata: Metadata = ()) -> list[Winner[R]]:
    """The first `successes` replies, in the order of the calls; the other calls are cancelled and
    awaited. There are more only where further ones had come before that.

    Raises GatherError as soon as so many cannot be reached. Options are gather()'s.
    """
    answer = await _ask(client, calls, Policy.quorum(successes), timeout=timeout,
                        max_concurrency=max_concurrency, label=label, defaults=defaults,
                        metadata=metadata)
    answer.raise_error()
    return list(_winners(calls, answer))
