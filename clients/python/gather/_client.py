"""The way to a server."""

import asyncio
import weakref
from collections.abc import Sequence
from types import TracebackType
from typing import Any, NamedTuple, TypeVar

import grpc
import grpc.aio
from google.protobuf.message import DecodeError

from ._call import Metadata
from ._errors import GatherError
from ._outcome import DOMAIN, ERROR_INFO_URL, to_code, to_seconds
from .v1 import gather_pb2 as pb

M = TypeVar("M")

_SERVICE = "/gather.v1.GatherService/"

# What stands in an answer beside the replies that `max_response_bytes` counts.
_FACTS_OF_OUTCOMES = 1 << 20


class Capabilities(NamedTuple):
    """What a server allows, and which targets (and their methods; none: all) this caller may use."""

    version: str
    max_calls: int
    max_request_bytes: int
    max_response_bytes: int
    max_timeout: float
    max_concurrency: int
    targets: dict[str, list[str]]


class Client:
    """A client of the gatherd at an address.

        async with gather.Client("127.0.0.1:4400") as client:
            user, posts = await gather.gather(client, user_call, posts_call)

    Made inside a running event loop, and used in that loop only; one for the whole program is
    enough. It connects when it is first needed: a server that cannot be reached is each gather's
    UNAVAILABLE. Closing it cancels what is pending.

    credentials: for TLS; default: plaintext.
    metadata: sent with every gather itself, as an `authorization`; not with its sub-calls.
    max_response_bytes: the replies of one answer together (gRPC's own default is 4 MB).
    options: more arguments for the channel.
    """

    def __init__(self, address: str, *, credentials: grpc.ChannelCredentials | None = None,
                 metadata: Metadata = (), max_response_bytes: int = 64 << 20,
                 options: Sequence[tuple[str, Any]] = ()) -> None:
        arguments = [
            ("grpc.max_receive_message_length", max_response_bytes + _FACTS_OF_OUTCOMES),
            ("grpc.max_send_message_length", -1),
            ("grpc.enable_retries", 0),
            ("grpc.enable_http_proxy", 0),
            ("grpc.use_local_subchannel_pool", 1),
            ("grpc.max_metadata_size", 64 << 10),
            ("grpc.initial_reconnect_backoff_ms", 100),
            ("grpc.max_reconnect_backoff_ms", 5000),
            *options,
        ]
        if credentials is None:
            self._channel = grpc.aio.insecure_channel(address, arguments)
        else:
            self._channel = grpc.aio.secure_channel(address, credentials, arguments)
        self._metadata = tuple(metadata)
        self._closed = False
        self._streams: weakref.WeakSet[Any] = weakref.WeakSet()
        # Bytes in, bytes out: what they mean is made of them here, once.
        self._gather = self._channel.unary_unary(_SERVICE + "Gather")
        self._as_completed = self._channel.unary_stream(_SERVICE + "AsCompleted")
        self._task_group = self._channel.stream_stream(_SERVICE + "TaskGroup")
        self._get_capabilities = self._channel.unary_unary(_SERVICE + "GetCapabilities")

    async def __aenter__(self) -> "Client":
        return self

    async def __aexit__(self, exc_type: type[BaseException] | None, exc: BaseException | None,
                        traceback: TracebackType | None) -> None:
        await self.close()

    async def close(self) -> None:
        """Cancels what is pending, and ends the connection."""
        self._closed = True
        for rpc in list(self._streams):  # the channel cancels calls of one reply only
            rpc.cancel()
        await self._channel.close()

    async def capabilities(self) -> Capabilities:
        """Asks the server. Raises GatherError where it does not answer."""
        told = parse(pb.Capabilities, await self._ask(self._get_capabilities, b"", ()))
        return Capabilities(told.version, told.max_calls, told.max_request_bytes,
                            told.max_response_bytes, to_seconds(told.max_timeout),
                            told.max_concurrency,
                            {target.name: list(target.methods) for target in told.targets})

    async def gather(self, request: bytes, metadata: Metadata) -> bytes:
        """For the library itself: a request's bytes to its answer's."""
        return await self._ask(self._gather, request, metadata)

    def as_completed(self, request: bytes, metadata: Metadata) -> Any:
        """For the library itself: the RPC, started."""
        return self._started(self._as_completed, metadata, request)

    def task_group(self, metadata: Metadata) -> Any:
        """For the library itself: the RPC, started."""
        return self._started(self._task_group, metadata)

    def _started(self, method: Any, metadata: Metadata, *request: bytes) -> Any:
        self._check_open()
        rpc = method(*request, metadata=(*self._metadata, *metadata))
        self._streams.add(rpc)
        return rpc

    def _check_open(self) -> None:
        if self._closed:
            raise RuntimeError("the client is closed")

    async def _ask(self, method: Any, request: bytes, metadata: Metadata) -> bytes:
        self._check_open()
        try:
            response: bytes = await method(request, metadata=(*self._metadata, *metadata))
        except grpc.aio.AioRpcError as error:
            raise error_of_rpc(error) from error
        except asyncio.CancelledError:
            raise_if_closed()
            raise
        return response


def parse(message: type[M], data: bytes) -> M:
    """What a server sent; bytes that are no such message are its fault."""
    try:
        parsed: M = message.FromString(data)  # type: ignore[attr-defined]  # protobuf is not typed
    except DecodeError as error:
        raise GatherError(grpc.StatusCode.INTERNAL, f"the answer does not parse: {error}") from error
    return parsed


def raise_if_closed() -> None:
    """Called for a CancelledError: raises another error unless the task itself is cancelled."""
    task = asyncio.current_task()
    if task is None or task.cancelling() == 0:
        raise GatherError(grpc.StatusCode.CANCELLED, "the client was closed") from None


def error_of_rpc(error: grpc.aio.AioRpcError) -> GatherError:
    """What the RPC's own status says: a refusal, or that there is no answer."""
    trailers = {key: value for key, value in error.trailing_metadata() or ()}
    code = error.code()
    if code is grpc.StatusCode.CANCELLED and "gather-id" not in trailers:
        return GatherError(
            grpc.StatusCode.UNAVAILABLE,
            "the RPC was cancelled before gatherd answered it, as when a server shuts down")
    return GatherError(code, error.details() or "",
                       reason=_reason_in(trailers.get("grpc-status-details-bin", b"")))


def _reason_in(details: bytes) -> str:
    """"" where they are not gatherd's: what stands between may have made the status."""
    try:
        for detail in pb.Status.FromString(details).details:
            if detail.type_url == ERROR_INFO_URL:
                info = pb.ErrorInfo.FromString(detail.value)
                return str(info.reason) if info.domain == DOMAIN else ""
    except DecodeError:
        pass
    return ""
