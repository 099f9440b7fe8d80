"""Sub-calls, described and not started."""

import math
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Generic, Literal, NamedTuple, Protocol, TypeVar, cast, overload

import grpc
from google.protobuf import duration_pb2

from .v1 import gather_pb2 as pb

R = TypeVar("R")
R_co = TypeVar("R_co", covariant=True)

Metadata = Sequence[tuple[str, str | bytes]]


class RequestMessage(Protocol):
    """What can be sent: a protobuf message."""

    def SerializeToString(self) -> bytes:
        ...


# A message, or its bytes.
Request = RequestMessage | bytes

# A message class, or a function that makes a reply of its bytes (`bytes` itself leaves it raw).
ReplyType = type[R] | Callable[[bytes], R]

_OPTIONAL = pb.REQUIREMENT_OPTIONAL
_REQUIRED = pb.REQUIREMENT_REQUIRED


class Settings(NamedTuple):
    """What a call was told beside its method and request."""

    id: str | None
    requirement: int
    streaming: bool
    shielded: bool
    fallback: pb.Fallback | None


_PLAIN = Settings(None, 0, False, False, None)


class Call(Generic[R_co]):
    """A sub-call: which method of which target, with what. Made by `call()`; a plain value."""

    # The wire form is put together by hand, from parts that protobuf has serialised: a message
    # object for each of thousands of calls would cost more than all the rest of a gather.
    __slots__ = ("decode", "frame", "method", "settings", "target")

    def __init__(self, target: str, method: str, decode: Callable[[bytes], Any], frame: bytes,
                 settings: Settings) -> None:
        self.target = target
        self.method = method
        self.decode = decode  # one message
        self.frame = frame  # as an element of GatherRequest.calls
        self.settings = settings

    def __repr__(self) -> str:
        return f"<gather.Call {self.target} {self.method}>"

    @property
    def id(self) -> str | None:
        return self.settings.id

    @property
    def counts(self) -> bool:
        """Whether it takes part in what the policy counts."""
        return self.settings.requirement != _OPTIONAL

    @property
    def required(self) -> bool:
        return self.settings.requirement == _REQUIRED


def _varint(number: int) -> bytes:
    if number < 0x80:
        return bytes((number,))
    if number < 0x4000:
        return bytes((number & 0x7F | 0x80, number >> 7))
    parts = bytearray()
    while number >= 0x80:
        parts.append(number & 0x7F | 0x80)
        number >>= 7
    parts.append(number)
    return bytes(parts)


def _field(number: int, value: bytes) -> bytes:
    """A length-delimited field of that number, which is below 16."""
    return bytes((number << 3 | 2,)) + _varint(len(value)) + value


def frame_of(number: int, message: bytes) -> bytes:
    return _field(number, message)


# target and method, in the form of the wire
_routes: dict[tuple[str, str], bytes] = {}
_MAX_ROUTES = 1024


def _route(target: str, method: str) -> bytes:
    route = _field(2, target.encode()) + _field(3, method.encode())
    if len(_routes) >= _MAX_ROUTES:
        _routes.clear()
    _routes[target, method] = route
    return route


def to_duration(seconds: float) -> duration_pb2.Duration:
    """Raises ValueError for what is no time; what is none that a server takes is its to refuse."""
    if not math.isfinite(seconds):
        raise ValueError(f"not a timeout: {seconds}")
    nanoseconds = round(seconds * 1e9)
    whole, rest = divmod(abs(nanoseconds), 10**9)
    sign = -1 if nanoseconds < 0 else 1
    return duration_pb2.Duration(seconds=sign * whole, nanos=sign * rest)


def to_entries(metadata: Metadata) -> list[pb.Metadata]:
    return [pb.Metadata(key=key, value=value if isinstance(value, bytes) else value.encode())
            for key, value in metadata]


def _serialized(message: Request) -> bytes:
    return message if isinstance(message, bytes) else message.SerializeToString()


@overload
def call(target: str, method: str, request: Request, reply: ReplyType[R], *,
         id: str | None = None, timeout: float | None = None, metadata: Metadata = (),
         optional: Literal[False] = False, required: bool = False,
         streaming: Literal[False] = False, shielded: bool = False,
         idempotent: bool | None = None,
         fallback: Request | None = None,
         fallback_codes: Iterable[grpc.StatusCode] = ()) -> Call[R]:
    ...


@overload
def call(target: str, method: str, request: Request, reply: ReplyType[R], *,
         id: str | None = None, timeout: float | None = None, metadata: Metadata = (),
         optional: Literal[True], required: bool = False, streaming: Literal[False] = False,
         shielded: bool = False, idempotent: bool | None = None,
         fallback: Request | None = None,
         fallback_codes: Iterable[grpc.StatusCode] = ()) -> Call[R | None]:
    ...


@overload
def call(target: str, method: str, request: Request, reply: ReplyType[R], *,
         id: str | None = None, timeout: float | None = None, metadata: Metadata = (),
         optional: Literal[False] = False, required: bool = False, streaming: Literal[True],
         shielded: bool = False, idempotent: bool | None = None,
         fallback: Request | None = None,
         fallback_codes: Iterable[grpc.StatusCode] = ()) -> Call[list[R]]:
    ...


@overload
def call(target: str, method: str, request: Request, reply: ReplyType[R], *,
         id: str | None = None, timeout: float | None = None, metadata: Metadata = (),
         optional: Literal[True], required: bool = False, streaming: Literal[True],
         shielded: bool = False, idempotent: bool | None = None,
         fallback: Request | None = None,
         fallback_codes: Iterable[grpc.StatusCode] = ()) -> Call[list[R] | None]:
    ...


def call(target: str, method: str, request: Request, reply: ReplyType[Any], *,
         id: str | None = None, timeout: float | None = None, metadata: Metadata = (),
         optional: bool = False, required: bool = False, streaming: bool = False,
         shielded: bool = False, idempotent: bool | None = None,
         fallback: Request | None = None,
         fallback_codes: Iterable[grpc.StatusCode] = ()) -> Call[Any]:
    """Describes a sub-call, without starting it.

        call("users", "/demo.Users/GetUser", demo_pb2.GetUserRequest(name="ada"), demo_pb2.User)

    `target` is a name in the server's configuration, never an address; `reply` the class of the
    reply. The request is serialised here, once. And, where it differs from the default:

    id: names it in its outcome and in messages; unique in a gather. Default: its index.
    timeout: seconds from the gather's acceptance, waiting included.
    metadata: what the backend receives; values of keys that end in `-bin` are bytes.
    optional: its failure fails nothing; gather() then has None in its place.
    required: its failure fails the gather under every policy.
    streaming: the method streams; the reply is a list of all its messages.
    shielded: once started it outlives the gather (DETACHED); as asyncio.shield.
    idempotent: the backend may see it more than once without harm.
    fallback: the reply that takes the place of a failure with one of `fallback_codes`, or of any.
    """
    payload = request if isinstance(request, bytes) else request.SerializeToString()
    body = ((_routes.get((target, method)) or _route(target, method)) + b'"' +
            _varint(len(payload)) + payload)
    settings = _PLAIN
    if (id is not None or timeout is not None or metadata or optional or required or streaming or
            shielded or idempotent is not None or fallback is not None or fallback_codes):
        settings = Settings(id, _requirement(optional, required), streaming, shielded,
                            _fallback(fallback, fallback_codes))
        # Parts of a message that stand behind each other are one message.
        body += _more(settings, timeout, metadata, idempotent)
    return Call(target, method, getattr(reply, "FromString", reply),
                b"\n" + _varint(len(body)) + body, settings)


def _requirement(optional: bool, required: bool) -> int:
    if optional and required:
        raise ValueError("a call is optional or required, not both")
    return _OPTIONAL if optional else _REQUIRED if required else 0


def _fallback(reply: Request | None, codes: Iterable[grpc.StatusCode]) -> pb.Fallback | None:
    numbers = [cast(int, code.value[0]) for code in codes]
    if reply is not None:
        return pb.Fallback(response=_serialized(reply), codes=numbers)
    if numbers:
        raise ValueError("fallback_codes without a fallback")
    return None


def _more(settings: Settings, timeout: float | None, metadata: Metadata,
          idempotent: bool | None) -> bytes:
    sub_call = pb.SubCall(metadata=to_entries(metadata), fallback=settings.fallback,
                          timeout=None if timeout is None else to_duration(timeout))
    sub_call.id = settings.id or ""
    sub_call.requirement = cast(pb.Requirement, settings.requirement)
    if settings.streaming:
        sub_call.server_streaming = True
    if settings.shielded:
        sub_call.shielded = True
    if idempotent is not None:
        sub_call.idempotent = idempotent
    return _serialized(sub_call)
