"""What a gather is asked for, beside its calls."""

from collections.abc import Sequence
from typing import Any

from ._call import Call, Metadata, to_duration, to_entries
from ._policy import Policy
from .v1 import gather_pb2 as pb


class Defaults:
    """What holds for every sub-call that does not say otherwise: `timeout` in seconds, `metadata`,
    `idempotent`, each as in `call()`."""

    def __init__(self, *, timeout: float | None = None, metadata: Metadata = (),
                 idempotent: bool | None = None) -> None:
        self._proto = pb.SubCall(timeout=None if timeout is None else to_duration(timeout),
                                 metadata=to_entries(metadata))
        if idempotent is not None:
            self._proto.idempotent = idempotent

    def to_proto(self) -> pb.SubCall:
        return self._proto


def encode_request(calls: Sequence[Call[Any]], policy: Policy, *, timeout: float | None,
                   max_concurrency: int, label: str, defaults: Defaults | None) -> bytes:
    settings = pb.GatherRequest(
        policy=policy.to_proto(), timeout=None if timeout is None else to_duration(timeout),
        max_concurrency=max_concurrency, label=label,
        defaults=None if defaults is None else defaults.to_proto())
    frames = [call.frame for call in calls]
    frames.append(settings.SerializeToString())
    return b"".join(frames)


def encode_open(policy: Policy, *, timeout: float | None, max_concurrency: int, label: str,
                defaults: Defaults | None) -> bytes:
    opening = pb.Open(
        policy=policy.to_proto(), timeout=None if timeout is None else to_duration(timeout),
        max_concurrency=max_concurrency, label=label,
        defaults=None if defaults is None else defaults.to_proto())
    encoded: bytes = pb.TaskGroupRequest(open=opening).SerializeToString()
    return encoded
