"""A gather that grows while it runs."""

import asyncio
from collections import deque
from types import TracebackType
from typing import Any, TypeVar

import grpc
import grpc.aio

from . import _lean_pb2 as lean
from ._call import Call, Metadata
from ._client import Client, error_of_rpc, parse
from ._errors import GatherError, GatherTimeoutError
from ._facts import Cause, Summary, Verdict
from ._group_tally import GroupTally
from ._outcome import UNREADABLE, CallError, Outcome, is_real_failure, read_reply
from ._policy import Policy
from ._request import Defaults, encode_open
from ._task import Task
from .v1 import gather_pb2 as pb

R = TypeVar("R")

# A call's frame begins with its tag: of GatherRequest.calls there, of TaskGroupRequest.add here.
_ADD_TAG = b"\x12"

# Why sub-calls are stopped once their group is decided.
_ENDING_CAUSES = (Cause.SIBLING_FAILED, Cause.DECIDED, Cause.GATHER_DEADLINE, Cause.SHUTDOWN)

_CANCELLED = "the caller cancelled the group"


class TaskGroup:
    """Sub-calls that are added one by one, also in reaction to others; as asyncio.TaskGroup.

        async with gather.TaskGroup(client) as group:
            user = group.create_task(user_call)
            posts = group.create_task(posts_call)
        show(user.result(), posts.result())

    The `async with` ends when every sub-call has. The first real failure cancels the others and the
    body of the `async with`, and is raised as an ExceptionGroup of CallErrors (and of what the body
    raised), once all have ended:

        except* gather.CallError as failures:
            for failure in failures.exceptions: ...

    An exception in the body cancels the group. Cancelling the task that is in it does, too. At the
    `timeout` a GatherTimeoutError is in the ExceptionGroup; a group that was refused or lost has a
    GatherError there. Options are gather()'s, but without a timeout there is none, and the policy
    may be any: one that is decided by a success ends what is left, and goes on with the body.
    """

    def __init__(self, client: Client, *, policy: Policy | None = None,
                 timeout: float | None = None, max_concurrency: int = 0, label: str = "",
                 defaults: Defaults | None = None, metadata: Metadata = ()) -> None:
        self._client = client
        self._metadata = metadata
        self._policy = policy or Policy.fail_fast()
        self._tally = GroupTally(self._policy)
        self._outbox = deque([encode_open(self._policy, timeout=timeout, label=label,
                                          max_concurrency=max_concurrency, defaults=defaults)])
        self._wake = asyncio.Event()
        self._rpc: Any = None
        self._tasks: dict[int, Task[Any]] = {}  # that have not ended
        self._ids: set[str] = set()  # of these, as the user chose them
        self._swept: list[Outcome[Any]] = []  # what the server ended with the group
        self._next_index = 0
        self._joined = False
        self._ended = False
        self._cancelled = False
        self._parent: asyncio.Task[Any] | None = None
        self._parent_cancel_requested = False
        self._error: GatherError | None = None  # once it has ended

    async def __aenter__(self) -> "TaskGroup":
        if self._rpc is not None:
            raise RuntimeError("the group has been entered before")
        self._parent = asyncio.current_task()
        self._rpc = self._client.task_group(self._metadata)
        self._reader = asyncio.create_task(self._read())
        self._writer = asyncio.create_task(self._write())
        return self

    async def __aexit__(self, exc_type: type[BaseException] | None, exc: BaseException | None,
                        traceback: TracebackType | None) -> None:
        cancellation = exc if isinstance(exc, asyncio.CancelledError) else None
        self._joined = True
        if exc is None:
            self._send(pb.TaskGroupRequest(join=pb.Join()))
        elif not self._tally.failed and not self._swept:
            self.cancel()
        if self._parent_cancel_requested:
            cancellation = await self._take_back_cancel(cancellation)
        while not self._reader.done():
            try:
                await asyncio.wait([self._reader])
            except asyncio.CancelledError as error:
                cancellation = cancellation or error
                self.cancel()
        self._writer.cancel()
        await self._reader  # raises what is wrong in here, and nothing else
        if exc is None or isinstance(exc, (Exception, asyncio.CancelledError)):
            self._raise(exc, cancellation)
        # KeyboardInterrupt and the like go on as they are.

    def create_task(self, call: Call[R]) -> Task[R]:
        """Adds a sub-call; its index is the number of those before it.

        Where the group has been decided, the task is done at once (NOT_STARTED, with the decision's
        cause) and nothing is sent. Raises RuntimeError outside of the `async with`, ValueError for
        an id that a task has which has not ended.
        """
        if self._rpc is None or self._joined:
            raise RuntimeError("sub-calls can be added inside the `async with` only")
        index = self._next_index
        if call.id is not None:
            self._check_id(call.id, index)
        self._next_index += 1
        task = Task(call, index, self._cancel_task)
        if self._ended or self._cancelled:
            self._finish_unheard(task, sent=False)
            return task
        self._tasks[index] = task
        if call.id is not None:
            self._ids.add(call.id)
        self._tally.note_added(call)
        self._post(_ADD_TAG + call.frame[1:])
        return task

    def end_early(self) -> None:
        """Cancels what has not ended (cause GROUP_ENDED); what has finished stands, and satisfies
        the group unless its policy asks for more."""
        self._send(pb.TaskGroupRequest(end_early=pb.EndEarly()))

    def cancel(self) -> None:
        """Cancels every sub-call, cause CALLER. The `async with` raises nothing for it."""
        if not self._ended and not self._cancelled:
            self._cancelled = True
            self._rpc.cancel()

    @property
    def error(self) -> GatherError | None:
        """How the group as a whole failed; None when its policy is satisfied, or before its end."""
        return self._error

    @property
    def summary(self) -> Summary | None:
        """The group in numbers, once it has ended; None before, and where it was lost."""
        return self._tally.summary if self._ended else None

    @property
    def verdict(self) -> Verdict:
        return self._tally.verdict if self._ended else Verdict.UNSPECIFIED

    def _check_id(self, name: str, index: int) -> None:
        if name in self._ids or (name.isdigit() and int(name) in self._tasks):
            raise ValueError(f'"{name}" is the id of a sub-call that has not ended')
        if name.isascii() and name.isdigit() and name != str(index):
            raise ValueError(f'"{name}" is a number, but not the sub-call\'s index {index}')

    def _cancel_task(self, task: Task[Any]) -> None:
        self._send(pb.TaskGroupRequest(cancel=pb.CancelSubCall(id=task.id)))

    def _send(self, message: pb.TaskGroupRequest) -> None:
        if not self._ended:
            self._post(message.SerializeToString())

    def _post(self, message: bytes) -> None:
        self._outbox.append(message)
        self._wake.set()

    async def _write(self) -> None:
        try:
            while not self._ended:
                while self._outbox:
                    await self._rpc.write(self._outbox.popleft())
                await self._wake.wait()
                self._wake.clear()
        except (grpc.aio.AioRpcError, asyncio.InvalidStateError):
            pass  # the RPC is over; how, the reader tells

    async def _read(self) -> None:
        try:
            while (data := await self._rpc.read()) is not grpc.aio.EOF:
                self._take(parse(lean.TaskGroupResponse, data))
            if self._tally.summary is None:
                self._lose(GatherError(grpc.StatusCode.INTERNAL,
                                       "the group ended without a summary"))
        except grpc.aio.AioRpcError as error:
            self._lose(error_of_rpc(error))
        except GatherError as error:
            self._lose(error)
        except asyncio.CancelledError:
            why = _CANCELLED if self._cancelled else "the client was closed"
            self._lose(GatherError(grpc.StatusCode.CANCELLED, why), by_caller=True)
        finally:
            self._rpc.cancel()  # of an RPC that is not over nobody would hear any more
            self._end()

    def _take(self, response: lean.TaskGroupResponse) -> None:
        if response.HasField("outcome"):
            self._take_outcome(response.outcome)
        elif response.HasField("summary"):
            self._tally.take_summary(response.summary)

    def _take_outcome(self, proto: lean.Outcome) -> None:
        if proto.index not in self._tasks:
            raise GatherError(grpc.StatusCode.INTERNAL,
                              f"an outcome of sub-call {proto.index}, which has ended or never was")
        task = self._take_out(proto.index)
        call = task.call
        succeeded = proto.disposition == pb.DISPOSITION_SUCCEEDED
        value = read_reply(call, proto) if succeeded else UNREADABLE
        self._tally.relabel(proto)
        outcome = Outcome(call, proto, value)
        if value is not UNREADABLE:
            self._tally.note_success(call)
        elif is_real_failure(proto) and self._tally.note_failure(call, outcome, misread=succeeded):
            self.end_early()
        if outcome.cause in _ENDING_CAUSES:
            self._swept.append(outcome)
        task.finish(outcome)

    def _take_out(self, index: int) -> Task[Any]:
        task = self._tasks.pop(index)
        if task.call.id is not None:
            self._ids.discard(task.call.id)
        return task

    def _lose(self, error: GatherError, *, by_caller: bool = False) -> None:
        if self._tally.summary is None:
            self._tally.take_loss(error, by_caller=by_caller)

    def _end(self) -> None:
        self._ended = True
        self._error = self._tally.error()
        for index in list(self._tasks):
            self._finish_unheard(self._take_out(index), sent=True)
        if not self._joined and not self._cancelled and self._error is not None:
            # As asyncio's: the body is not to go on working for a group that has failed.
            self._parent_cancel_requested = True
            if self._parent is not None:
                self._parent.cancel()

    def _finish_unheard(self, task: Task[Any], *, sent: bool) -> None:
        if not self._ended:  # the group was cancelled, and its end is still to come
            self._lose(GatherError(grpc.StatusCode.CANCELLED, _CANCELLED), by_caller=True)
        proto = self._tally.unheard_of(task.call, task.index, sent)
        task.finish(Outcome(task.call, proto, UNREADABLE))

    async def _take_back_cancel(
            self, cancellation: asyncio.CancelledError | None) -> asyncio.CancelledError | None:
        """Our own cancel of the body is not for the code around it."""
        if cancellation is None:  # the body ended before it was told
            try:
                await asyncio.sleep(0)
            except asyncio.CancelledError as error:
                cancellation = error
        if self._parent is not None and self._parent.uncancel() == 0:
            return None
        return cancellation

    def _follows_from(self, exc: Exception, errors: list[Exception]) -> bool:
        """Whether the body only raised what it awaited: one of the failures (the very same object),
        or what a failure has ended."""
        if any(exc is error for error in errors):
            return True
        return bool(errors) and isinstance(exc, CallError) and (
            any(exc.outcome is outcome for outcome in self._swept))

    def _raise(self, exc: BaseException | None, cancellation: asyncio.CancelledError | None) -> None:
        errors: list[Exception] = []
        group_error = self._error
        if group_error is not None and (not self._cancelled or group_error.failures):
            errors += group_error.failures
            if isinstance(group_error, GatherTimeoutError) or not errors:
                errors.insert(0, group_error)
        if cancellation is not None and not errors:
            raise cancellation
        if isinstance(exc, Exception) and not self._follows_from(exc, errors):
            errors.append(exc)
        if errors:
            what = group_error.details() if group_error is not None else "in the body of a group"
            raise ExceptionGroup(what, errors) from None
