"""What became of a sub-call."""

from typing import Any, Generic, TypeVar

import grpc
from google.protobuf import any_pb2, duration_pb2

from . import _lean_pb2 as lean
from ._call import Call
from ._facts import Cause, Delivery, Disposition, Origin, Timing
from .v1 import gather_pb2 as pb

R_co = TypeVar("R_co", covariant=True)

ERROR_INFO_URL = "type.googleapis.com/google.rpc.ErrorInfo"
DOMAIN = "gather.v1"

_CODES: dict[int, grpc.StatusCode] = {code.value[0]: code for code in grpc.StatusCode}


def to_code(number: int) -> grpc.StatusCode:
    """UNKNOWN for a number that is no status code."""
    return _CODES.get(number, grpc.StatusCode.UNKNOWN)


def to_seconds(duration: duration_pb2.Duration) -> float:
    return float(duration.seconds) + float(duration.nanos) / 1e9


class CallError(grpc.RpcError):  # type: ignore[misc]  # grpcio is not typed
    """Why a sub-call has no reply: its status, and the facts around it.

    As any grpc.RpcError it has `code()` and `details()`, the backend's where the backend answered.
    """

    def __init__(self, outcome: "Outcome[Any]", status: pb.Status) -> None:
        self.outcome = outcome
        self._status = status
        super().__init__(f"{outcome.name}: {self.code().name}: {self.details()}")

    def code(self) -> grpc.StatusCode:
        return to_code(self._status.code)

    def details(self) -> str:
        return str(self._status.message)

    @property
    def status_details(self) -> list[any_pb2.Any]:
        """The details of the backend's status, bit for bit."""
        return list(self._status.details)

    @property
    def index(self) -> int:
        return self.outcome.index

    @property
    def id(self) -> str:
        return self.outcome.id

    @property
    def disposition(self) -> Disposition:
        return self.outcome.disposition

    @property
    def cause(self) -> Cause:
        return self.outcome.cause

    @property
    def caused_by(self) -> int | None:
        return self.outcome.caused_by

    @property
    def origin(self) -> Origin:
        return self.outcome.origin

    @property
    def delivery(self) -> Delivery:
        return self.outcome.delivery


class Outcome(Generic[R_co]):
    """What became of one sub-call: its reply, or why there is none, and the facts around it."""

    __slots__ = ("_call", "_error", "_value", "proto")

    def __init__(self, call: Call[R_co], proto: lean.Outcome, value: Any) -> None:
        self._call = call
        self.proto = proto
        self._value = value
        self._error: CallError | None = None

    def __repr__(self) -> str:
        return f"<gather.Outcome {self.name} {self.disposition}>"

    @property
    def name(self) -> str:
        """How messages name it: `sub-call 3 "user" (users /demo.Users/Get)`."""
        return f'sub-call {self.index} "{self.id}" ({self._call.target} {self._call.method})'

    @property
    def ok(self) -> bool:
        """Whether it succeeded; a fallback's reply counts as success."""
        return self.disposition is Disposition.SUCCEEDED

    @property
    def value(self) -> R_co:
        """The reply; raises `error` where there is none."""
        error = self.error
        if error is not None:
            raise error
        value: R_co = self._value
        return value

    @property
    def error(self) -> CallError | None:
        """Why there is no reply; None when ok. Always the same object."""
        if self._error is None and not self.ok:
            self._error = CallError(self, self._status())
        return self._error

    @property
    def replaced(self) -> CallError | None:
        """The failure that a fallback's reply took the place of."""
        return CallError(self, self.proto.status) if self.from_fallback else None

    @property
    def index(self) -> int:
        return int(self.proto.index)

    @property
    def id(self) -> str:
        return str(self.proto.id.decode())

    @property
    def disposition(self) -> Disposition:
        return Disposition(self.proto.disposition)

    @property
    def from_fallback(self) -> bool:
        return bool(self.proto.from_fallback)

    @property
    def cause(self) -> Cause:
        """Named for every cancelled or never started sub-call, for limits, and for its timeout."""
        return Cause(self.proto.cause)

    @property
    def caused_by(self) -> int | None:
        """The deciding sub-call, where a decision ended this one."""
        return int(self.proto.caused_by) if self.proto.HasField("caused_by") else None

    @property
    def origin(self) -> Origin:
        """Of the failure; of the one replaced when `from_fallback`."""
        return Origin(self.proto.origin)

    @property
    def delivery(self) -> Delivery:
        return Delivery(self.proto.delivery)

    @property
    def timing(self) -> Timing:
        timing = pb.Timing.FromString(self.proto.timing)
        started = to_seconds(timing.started) if timing.HasField("started") else None
        return Timing(to_seconds(timing.queued), started, to_seconds(timing.finished),
                      timing.attempts, timing.winning_attempt, timing.peer)

    @property
    def trailers(self) -> list[tuple[str, str | bytes]]:
        """The backend's trailing metadata, in its order; bytes for keys that end in `-bin`."""
        return [(entry.key, entry.value if entry.key.endswith("-bin") else entry.value.decode())
                for entry in self.proto.trailers]

    def _status(self) -> pb.Status:
        if self.proto.status.code:
            return self.proto.status
        what = ("was still running when the answer was given"
                if self.disposition is Disposition.DETACHED else "has ended without a status")
        return pb.Status(code=grpc.StatusCode.UNKNOWN.value[0], message=f"it {what}")


def is_real_failure(outcome: lean.Outcome) -> bool:
    if outcome.disposition == pb.DISPOSITION_NOT_STARTED:
        return bool(outcome.cause == pb.CAUSE_SUB_CALL_DEADLINE)
    return outcome.disposition in (pb.DISPOSITION_FAILED, pb.DISPOSITION_REJECTED)


def read_reply(call: Call[Any], outcome: lean.Outcome) -> Any:
    """The reply of a SUCCEEDED outcome, or UNREADABLE.

    Bytes that are no such reply turn the outcome to its fallback, or to FAILED.
    """
    try:
        if call.settings.streaming:
            return [call.decode(message) for message in outcome.responses]
        return call.decode(outcome.response)
    except Exception as error:  # whatever the user's own function raises
        return _replace_unreadable(call, outcome, error)


UNREADABLE: Any = object()


def _replace_unreadable(call: Call[Any], outcome: lean.Outcome, error: Exception) -> Any:
    fallback = None if outcome.from_fallback else call.settings.fallback
    outcome.status.CopyFrom(_unreadable_status(call, outcome, error))
    outcome.origin = pb.ORIGIN_ORCHESTRATOR
    outcome.delivery = pb.DELIVERY_ANSWERED
    if fallback is not None and (not fallback.codes or outcome.status.code in fallback.codes):
        try:
            value = call.decode(fallback.response)
        except Exception:  # the function reads nothing at all; of the reply is told already
            pass
        else:
            outcome.from_fallback = True
            return [value] if call.settings.streaming else value
    outcome.disposition = pb.DISPOSITION_FAILED
    outcome.from_fallback = False
    return UNREADABLE


def _unreadable_status(call: Call[Any], outcome: lean.Outcome, error: Exception) -> pb.Status:
    info = pb.ErrorInfo(reason="BACKEND_PROTOCOL", domain=DOMAIN, metadata={
        "index": str(outcome.index), "id": outcome.id.decode(), "target": call.target,
        "method": call.method})
    status = pb.Status(code=grpc.StatusCode.INTERNAL.value[0],
                       message=f"the reply does not parse as the expected message: {error}")
    status.details.add(type_url=ERROR_INFO_URL, value=info.SerializeToString())
    return status
