from gather.v1 import gather_pb2 as _gather_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Iterable as _Iterable, Mapping as _Mapping, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class GatherEvent(_message.Message):
    __slots__ = ["outcome", "summary"]
    OUTCOME_FIELD_NUMBER: _ClassVar[int]
    SUMMARY_FIELD_NUMBER: _ClassVar[int]
    outcome: Outcome
    summary: _gather_pb2.Summary
    def __init__(self, outcome: _Optional[_Union[Outcome, _Mapping]] = ..., summary: _Optional[_Union[_gather_pb2.Summary, _Mapping]] = ...) -> None: ...

class GatherResponse(_message.Message):
    __slots__ = ["decision", "outcomes", "summary"]
    DECISION_FIELD_NUMBER: _ClassVar[int]
    OUTCOMES_FIELD_NUMBER: _ClassVar[int]
    SUMMARY_FIELD_NUMBER: _ClassVar[int]
    decision: _gather_pb2.Decision
    outcomes: _containers.RepeatedCompositeFieldContainer[Outcome]
    summary: _gather_pb2.Summary
    def __init__(self, outcomes: _Optional[_Iterable[_Union[Outcome, _Mapping]]] = ..., decision: _Optional[_Union[_gather_pb2.Decision, _Mapping]] = ..., summary: _Optional[_Union[_gather_pb2.Summary, _Mapping]] = ...) -> None: ...

class Outcome(_message.Message):
    __slots__ = ["cause", "caused_by", "delivery", "disposition", "from_fallback", "id", "index", "origin", "response", "responses", "status", "timing", "trailers"]
    CAUSED_BY_FIELD_NUMBER: _ClassVar[int]
    CAUSE_FIELD_NUMBER: _ClassVar[int]
    DELIVERY_FIELD_NUMBER: _ClassVar[int]
    DISPOSITION_FIELD_NUMBER: _ClassVar[int]
    FROM_FALLBACK_FIELD_NUMBER: _ClassVar[int]
    ID_FIELD_NUMBER: _ClassVar[int]
    INDEX_FIELD_NUMBER: _ClassVar[int]
    ORIGIN_FIELD_NUMBER: _ClassVar[int]
    RESPONSES_FIELD_NUMBER: _ClassVar[int]
    RESPONSE_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    TIMING_FIELD_NUMBER: _ClassVar[int]
    TRAILERS_FIELD_NUMBER: _ClassVar[int]
    cause: _gather_pb2.Cause
    caused_by: int
    delivery: _gather_pb2.Delivery
    disposition: _gather_pb2.Disposition
    from_fallback: bool
    id: bytes
    index: int
    origin: _gather_pb2.Origin
    response: bytes
    responses: _containers.RepeatedScalarFieldContainer[bytes]
    status: _gather_pb2.Status
    timing: bytes
    trailers: _containers.RepeatedCompositeFieldContainer[_gather_pb2.Metadata]
    def __init__(self, index: _Optional[int] = ..., id: _Optional[bytes] = ..., disposition: _Optional[_Union[_gather_pb2.Disposition, str]] = ..., status: _Optional[_Union[_gather_pb2.Status, _Mapping]] = ..., response: _Optional[bytes] = ..., responses: _Optional[_Iterable[bytes]] = ..., cause: _Optional[_Union[_gather_pb2.Cause, str]] = ..., caused_by: _Optional[int] = ..., origin: _Optional[_Union[_gather_pb2.Origin, str]] = ..., delivery: _Optional[_Union[_gather_pb2.Delivery, str]] = ..., timing: _Optional[bytes] = ..., trailers: _Optional[_Iterable[_Union[_gather_pb2.Metadata, _Mapping]]] = ..., from_fallback: bool = ...) -> None: ...

class TaskGroupResponse(_message.Message):
    __slots__ = ["opened", "outcome", "summary"]
    OPENED_FIELD_NUMBER: _ClassVar[int]
    OUTCOME_FIELD_NUMBER: _ClassVar[int]
    SUMMARY_FIELD_NUMBER: _ClassVar[int]
    opened: _gather_pb2.Opened
    outcome: Outcome
    summary: _gather_pb2.Summary
    def __init__(self, opened: _Optional[_Union[_gather_pb2.Opened, _Mapping]] = ..., outcome: _Optional[_Union[Outcome, _Mapping]] = ..., summary: _Optional[_Union[_gather_pb2.Summary, _Mapping]] = ...) -> None: ...
