"""A sub-call of a group."""

import asyncio
from collections.abc import Callable, Generator
from typing import Any, Generic, TypeVar

from ._call import Call
from ._outcome import CallError, Outcome

R = TypeVar("R")


class Task(Generic[R]):
    """A sub-call of a TaskGroup. Made by its create_task().

        task = group.create_task(call(...))
        user = await task                 # the reply; raises CallError where there is none
        outcome = await task.settled()    # what became of it; raises nothing of the kind
    """

    def __init__(self, call: Call[R], index: int, cancel: Callable[["Task[Any]"], None]) -> None:
        self.call = call
        self.index = index
        self.id = str(index) if call.id is None else call.id
        self._cancel = cancel
        self._outcome: Outcome[R] | None = None
        self._waiters: list[asyncio.Future[None]] = []

    def __repr__(self) -> str:
        state = "pending" if self._outcome is None else str(self._outcome.disposition)
        return f"<gather.Task {self.index} {self.id!r} {state}>"

    def __await__(self) -> Generator[Any, None, R]:
        try:
            outcome = yield from self.settled().__await__()
        except asyncio.CancelledError:
            self.cancel()  # as awaiting one of asyncio's tasks does
            raise
        return outcome.value

    async def settled(self) -> Outcome[R]:
        """Waits for its end. Being cancelled in this does not cancel the sub-call."""
        while self._outcome is None:
            waiter = asyncio.get_running_loop().create_future()
            self._waiters.append(waiter)
            try:
                await waiter
            finally:
                if waiter in self._waiters:
                    self._waiters.remove(waiter)
        return self._outcome

    def done(self) -> bool:
        """Whether it has ended, or will never start."""
        return self._outcome is not None

    def outcome(self) -> Outcome[R]:
        """What became of it. Raises asyncio.InvalidStateError unless it is done."""
        if self._outcome is None:
            raise asyncio.InvalidStateError("the sub-call has not ended")
        return self._outcome

    def result(self) -> R:
        """The reply; raises CallError where there is none, InvalidStateError unless it is done."""
        return self.outcome().value

    def exception(self) -> CallError | None:
        """Why there is no reply; InvalidStateError unless it is done."""
        return self.outcome().error

    def cancel(self) -> bool:
        """Asks for this sub-call's end: CANCELLED or NOT_STARTED with cause OWN_HANDLE, neither
        success nor failure; the group goes on. False where it has ended already."""
        if self._outcome is not None:
            return False
        self._cancel(self)
        return True

    def finish(self, outcome: Outcome[R]) -> None:
        """For the group."""
        self._outcome = outcome
        for waiter in self._waiters:
            if not waiter.done():
                waiter.set_result(None)
