"""How a gather as a whole can fail."""

from collections.abc import Sequence

import grpc

from ._facts import Summary
from ._outcome import CallError


class GatherError(grpc.RpcError):  # type: ignore[misc]  # grpcio is not typed
    """A gather that was not satisfied, was refused, or got no answer.

        try:
            user, posts = await gather.gather(client, user_call, posts_call)
        except gather.GatherError as error:
            for failure in error.failures:
                log(failure.id, failure.code(), failure.delivery)

    As any grpc.RpcError it has `code()` and `details()`: those of the sub-call that decided, where
    one did.
    """

    def __init__(self, code: grpc.StatusCode, details: str, *, reason: str = "",
                 failures: Sequence[CallError] = (), summary: Summary | None = None) -> None:
        self._code = code
        self._details = details
        # "SUB_CALL_FAILED", "GATHER_DEADLINE", "SHUTDOWN", or why the server refused it; "" where no
        # server said anything.
        self.reason = reason
        # Every real failure, in the order of the calls; never siblings that the gather cancelled.
        self.failures = tuple(failures)
        # None where the gather was refused or its answer lost.
        self.summary = summary
        super().__init__(f"{code.name}: {details}")

    def code(self) -> grpc.StatusCode:
        return self._code

    def details(self) -> str:
        return self._details

    @property
    def gather_id(self) -> str:
        """Names the gather in the server's log and traces; "" where it is not known."""
        return self.summary.gather_id if self.summary else ""


class GatherTimeoutError(GatherError, TimeoutError):
    """The gather's time was over; what had finished by then was not lost on `settled`."""
