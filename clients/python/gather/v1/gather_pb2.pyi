from google.protobuf import any_pb2 as _any_pb2
from google.protobuf import duration_pb2 as _duration_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Iterable as _Iterable, Mapping as _Mapping, Optional as _Optional, Union as _Union

CAUSE_CALLER: Cause
CAUSE_DECIDED: Cause
CAUSE_GATHER_DEADLINE: Cause
CAUSE_GROUP_ENDED: Cause
CAUSE_LIMIT: Cause
CAUSE_OWN_HANDLE: Cause
CAUSE_SHUTDOWN: Cause
CAUSE_SIBLING_FAILED: Cause
CAUSE_SUB_CALL_DEADLINE: Cause
CAUSE_UNSPECIFIED: Cause
DELIVERY_ANSWERED: Delivery
DELIVERY_EFFECT_UNKNOWN: Delivery
DELIVERY_NEVER_SENT: Delivery
DELIVERY_UNSPECIFIED: Delivery
DESCRIPTOR: _descriptor.FileDescriptor
DISPOSITION_CANCELLED: Disposition
DISPOSITION_DETACHED: Disposition
DISPOSITION_FAILED: Disposition
DISPOSITION_NOT_STARTED: Disposition
DISPOSITION_REJECTED: Disposition
DISPOSITION_SUCCEEDED: Disposition
DISPOSITION_UNSPECIFIED: Disposition
ERROR_DELIVERY_AS_RESPONSE: ErrorDelivery
ERROR_DELIVERY_AS_STATUS: ErrorDelivery
ERROR_DELIVERY_UNSPECIFIED: ErrorDelivery
MODE_ANY: Mode
MODE_COLLECT: Mode
MODE_FAIL_FAST: Mode
MODE_PROPAGATE: Mode
MODE_QUORUM: Mode
MODE_RACE: Mode
MODE_UNSPECIFIED: Mode
ORIGIN_BACKEND: Origin
ORIGIN_ORCHESTRATOR: Origin
ORIGIN_TRANSPORT: Origin
ORIGIN_UNSPECIFIED: Origin
REQUIREMENT_OPTIONAL: Requirement
REQUIREMENT_REQUIRED: Requirement
REQUIREMENT_UNSPECIFIED: Requirement
VERDICT_CANCELLED: Verdict
VERDICT_DEADLINE_EXCEEDED: Verdict
VERDICT_FAILED: Verdict
VERDICT_SATISFIED: Verdict
VERDICT_UNSPECIFIED: Verdict

class CancelSubCall(_message.Message):
    __slots__ = ["id"]
    ID_FIELD_NUMBER: _ClassVar[int]
    id: str
    def __init__(self, id: _Optional[str] = ...) -> None: ...

class Capabilities(_message.Message):
    __slots__ = ["max_calls", "max_concurrency", "max_request_bytes", "max_response_bytes", "max_timeout", "modes", "targets", "version"]
    MAX_CALLS_FIELD_NUMBER: _ClassVar[int]
    MAX_CONCURRENCY_FIELD_NUMBER: _ClassVar[int]
    MAX_REQUEST_BYTES_FIELD_NUMBER: _ClassVar[int]
    MAX_RESPONSE_BYTES_FIELD_NUMBER: _ClassVar[int]
    MAX_TIMEOUT_FIELD_NUMBER: _ClassVar[int]
    MODES_FIELD_NUMBER: _ClassVar[int]
    TARGETS_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    max_calls: int
    max_concurrency: int
    max_request_bytes: int
    max_response_bytes: int
    max_timeout: _duration_pb2.Duration
    modes: _containers.RepeatedScalarFieldContainer[Mode]
    targets: _containers.RepeatedCompositeFieldContainer[TargetInfo]
    version: str
    def __init__(self, version: _Optional[str] = ..., max_calls: _Optional[int] = ..., max_request_bytes: _Optional[int] = ..., max_response_bytes: _Optional[int] = ..., max_timeout: _Optional[_Union[_duration_pb2.Duration, _Mapping]] = ..., max_concurrency: _Optional[int] = ..., modes: _Optional[_Iterable[_Union[Mode, str]]] = ..., targets: _Optional[_Iterable[_Union[TargetInfo, _Mapping]]] = ...) -> None: ...

class Decision(_message.Message):
    __slots__ = ["decided_by", "status", "verdict"]
    DECIDED_BY_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    VERDICT_FIELD_NUMBER: _ClassVar[int]
    decided_by: int
    status: Status
    verdict: Verdict
    def __init__(self, verdict: _Optional[_Union[Verdict, str]] = ..., decided_by: _Optional[int] = ..., status: _Optional[_Union[Status, _Mapping]] = ...) -> None: ...

class EndEarly(_message.Message):
    __slots__ = []
    def __init__(self) -> None: ...

class ErrorInfo(_message.Message):
    __slots__ = ["domain", "metadata", "reason"]
    class MetadataEntry(_message.Message):
        __slots__ = ["key", "value"]
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    DOMAIN_FIELD_NUMBER: _ClassVar[int]
    METADATA_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    domain: str
    metadata: _containers.ScalarMap[str, str]
    reason: str
    def __init__(self, reason: _Optional[str] = ..., domain: _Optional[str] = ..., metadata: _Optional[_Mapping[str, str]] = ...) -> None: ...

class Fallback(_message.Message):
    __slots__ = ["codes", "response"]
    CODES_FIELD_NUMBER: _ClassVar[int]
    RESPONSE_FIELD_NUMBER: _ClassVar[int]
    codes: _containers.RepeatedScalarFieldContainer[int]
    response: bytes
    def __init__(self, response: _Optional[bytes] = ..., codes: _Optional[_Iterable[int]] = ...) -> None: ...

class GatherEvent(_message.Message):
    __slots__ = ["outcome", "summary"]
    OUTCOME_FIELD_NUMBER: _ClassVar[int]
    SUMMARY_FIELD_NUMBER: _ClassVar[int]
    outcome: Outcome
    summary: Summary
    def __init__(self, outcome: _Optional[_Union[Outcome, _Mapping]] = ..., summary: _Optional[_Union[Summary, _Mapping]] = ...) -> None: ...

class GatherFailure(_message.Message):
    __slots__ = ["decision", "failures", "gather_id", "summary", "total_failures"]
    DECISION_FIELD_NUMBER: _ClassVar[int]
    FAILURES_FIELD_NUMBER: _ClassVar[int]
    GATHER_ID_FIELD_NUMBER: _ClassVar[int]
    SUMMARY_FIELD_NUMBER: _ClassVar[int]
    TOTAL_FAILURES_FIELD_NUMBER: _ClassVar[int]
    decision: Decision
    failures: _containers.RepeatedCompositeFieldContainer[SubCallFailure]
    gather_id: str
    summary: Summary
    total_failures: int
    def __init__(self, gather_id: _Optional[str] = ..., decision: _Optional[_Union[Decision, _Mapping]] = ..., failures: _Optional[_Iterable[_Union[SubCallFailure, _Mapping]]] = ..., total_failures: _Optional[int] = ..., summary: _Optional[_Union[Summary, _Mapping]] = ...) -> None: ...

class GatherRequest(_message.Message):
    __slots__ = ["calls", "defaults", "label", "max_concurrency", "policy", "timeout", "validate_only"]
    CALLS_FIELD_NUMBER: _ClassVar[int]
    DEFAULTS_FIELD_NUMBER: _ClassVar[int]
    LABEL_FIELD_NUMBER: _ClassVar[int]
    MAX_CONCURRENCY_FIELD_NUMBER: _ClassVar[int]
    POLICY_FIELD_NUMBER: _ClassVar[int]
    TIMEOUT_FIELD_NUMBER: _ClassVar[int]
    VALIDATE_ONLY_FIELD_NUMBER: _ClassVar[int]
    calls: _containers.RepeatedCompositeFieldContainer[SubCall]
    defaults: SubCall
    label: str
    max_concurrency: int
    policy: Policy
    timeout: _duration_pb2.Duration
    validate_only: bool
    def __init__(self, calls: _Optional[_Iterable[_Union[SubCall, _Mapping]]] = ..., policy: _Optional[_Union[Policy, _Mapping]] = ..., timeout: _Optional[_Union[_duration_pb2.Duration, _Mapping]] = ..., max_concurrency: _Optional[int] = ..., defaults: _Optional[_Union[SubCall, _Mapping]] = ..., label: _Optional[str] = ..., validate_only: bool = ...) -> None: ...

class GatherResponse(_message.Message):
    __slots__ = ["decision", "effective", "outcomes", "summary"]
    DECISION_FIELD_NUMBER: _ClassVar[int]
    EFFECTIVE_FIELD_NUMBER: _ClassVar[int]
    OUTCOMES_FIELD_NUMBER: _ClassVar[int]
    SUMMARY_FIELD_NUMBER: _ClassVar[int]
    decision: Decision
    effective: GatherRequest
    outcomes: _containers.RepeatedCompositeFieldContainer[Outcome]
    summary: Summary
    def __init__(self, outcomes: _Optional[_Iterable[_Union[Outcome, _Mapping]]] = ..., decision: _Optional[_Union[Decision, _Mapping]] = ..., summary: _Optional[_Union[Summary, _Mapping]] = ..., effective: _Optional[_Union[GatherRequest, _Mapping]] = ...) -> None: ...

class GetCapabilitiesRequest(_message.Message):
    __slots__ = []
    def __init__(self) -> None: ...

class HedgingPolicy(_message.Message):
    __slots__ = ["delay", "max_attempts", "non_fatal_codes", "percentile"]
    DELAY_FIELD_NUMBER: _ClassVar[int]
    MAX_ATTEMPTS_FIELD_NUMBER: _ClassVar[int]
    NON_FATAL_CODES_FIELD_NUMBER: _ClassVar[int]
    PERCENTILE_FIELD_NUMBER: _ClassVar[int]
    delay: _duration_pb2.Duration
    max_attempts: int
    non_fatal_codes: _containers.RepeatedScalarFieldContainer[int]
    percentile: float
    def __init__(self, max_attempts: _Optional[int] = ..., delay: _Optional[_Union[_duration_pb2.Duration, _Mapping]] = ..., percentile: _Optional[float] = ..., non_fatal_codes: _Optional[_Iterable[int]] = ...) -> None: ...

class Join(_message.Message):
    __slots__ = []
    def __init__(self) -> None: ...

class Metadata(_message.Message):
    __slots__ = ["key", "value"]
    KEY_FIELD_NUMBER: _ClassVar[int]
    VALUE_FIELD_NUMBER: _ClassVar[int]
    key: str
    value: bytes
    def __init__(self, key: _Optional[str] = ..., value: _Optional[bytes] = ...) -> None: ...

class Open(_message.Message):
    __slots__ = ["defaults", "label", "max_concurrency", "policy", "timeout"]
    DEFAULTS_FIELD_NUMBER: _ClassVar[int]
    LABEL_FIELD_NUMBER: _ClassVar[int]
    MAX_CONCURRENCY_FIELD_NUMBER: _ClassVar[int]
    POLICY_FIELD_NUMBER: _ClassVar[int]
    TIMEOUT_FIELD_NUMBER: _ClassVar[int]
    defaults: SubCall
    label: str
    max_concurrency: int
    policy: Policy
    timeout: _duration_pb2.Duration
    def __init__(self, policy: _Optional[_Union[Policy, _Mapping]] = ..., timeout: _Optional[_Union[_duration_pb2.Duration, _Mapping]] = ..., max_concurrency: _Optional[int] = ..., defaults: _Optional[_Union[SubCall, _Mapping]] = ..., label: _Optional[str] = ...) -> None: ...

class Opened(_message.Message):
    __slots__ = ["gather_id"]
    GATHER_ID_FIELD_NUMBER: _ClassVar[int]
    gather_id: str
    def __init__(self, gather_id: _Optional[str] = ...) -> None: ...

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
    cause: Cause
    caused_by: int
    delivery: Delivery
    disposition: Disposition
    from_fallback: bool
    id: str
    index: int
    origin: Origin
    response: bytes
    responses: _containers.RepeatedScalarFieldContainer[bytes]
    status: Status
    timing: Timing
    trailers: _containers.RepeatedCompositeFieldContainer[Metadata]
    def __init__(self, index: _Optional[int] = ..., id: _Optional[str] = ..., disposition: _Optional[_Union[Disposition, str]] = ..., status: _Optional[_Union[Status, _Mapping]] = ..., response: _Optional[bytes] = ..., responses: _Optional[_Iterable[bytes]] = ..., cause: _Optional[_Union[Cause, str]] = ..., caused_by: _Optional[int] = ..., origin: _Optional[_Union[Origin, str]] = ..., delivery: _Optional[_Union[Delivery, str]] = ..., timing: _Optional[_Union[Timing, _Mapping]] = ..., trailers: _Optional[_Iterable[_Union[Metadata, _Mapping]]] = ..., from_fallback: bool = ...) -> None: ...

class Policy(_message.Message):
    __slots__ = ["error_delivery", "max_failures", "min_successes", "mode"]
    ERROR_DELIVERY_FIELD_NUMBER: _ClassVar[int]
    MAX_FAILURES_FIELD_NUMBER: _ClassVar[int]
    MIN_SUCCESSES_FIELD_NUMBER: _ClassVar[int]
    MODE_FIELD_NUMBER: _ClassVar[int]
    error_delivery: ErrorDelivery
    max_failures: int
    min_successes: int
    mode: Mode
    def __init__(self, mode: _Optional[_Union[Mode, str]] = ..., min_successes: _Optional[int] = ..., max_failures: _Optional[int] = ..., error_delivery: _Optional[_Union[ErrorDelivery, str]] = ...) -> None: ...

class RetryInfo(_message.Message):
    __slots__ = ["retry_delay"]
    RETRY_DELAY_FIELD_NUMBER: _ClassVar[int]
    retry_delay: _duration_pb2.Duration
    def __init__(self, retry_delay: _Optional[_Union[_duration_pb2.Duration, _Mapping]] = ...) -> None: ...

class RetryPolicy(_message.Message):
    __slots__ = ["backoff_multiplier", "initial_backoff", "max_attempts", "max_backoff", "retryable_codes"]
    BACKOFF_MULTIPLIER_FIELD_NUMBER: _ClassVar[int]
    INITIAL_BACKOFF_FIELD_NUMBER: _ClassVar[int]
    MAX_ATTEMPTS_FIELD_NUMBER: _ClassVar[int]
    MAX_BACKOFF_FIELD_NUMBER: _ClassVar[int]
    RETRYABLE_CODES_FIELD_NUMBER: _ClassVar[int]
    backoff_multiplier: float
    initial_backoff: _duration_pb2.Duration
    max_attempts: int
    max_backoff: _duration_pb2.Duration
    retryable_codes: _containers.RepeatedScalarFieldContainer[int]
    def __init__(self, max_attempts: _Optional[int] = ..., initial_backoff: _Optional[_Union[_duration_pb2.Duration, _Mapping]] = ..., max_backoff: _Optional[_Union[_duration_pb2.Duration, _Mapping]] = ..., backoff_multiplier: _Optional[float] = ..., retryable_codes: _Optional[_Iterable[int]] = ...) -> None: ...

class Status(_message.Message):
    __slots__ = ["code", "details", "message"]
    CODE_FIELD_NUMBER: _ClassVar[int]
    DETAILS_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    code: int
    details: _containers.RepeatedCompositeFieldContainer[_any_pb2.Any]
    message: str
    def __init__(self, code: _Optional[int] = ..., message: _Optional[str] = ..., details: _Optional[_Iterable[_Union[_any_pb2.Any, _Mapping]]] = ...) -> None: ...

class SubCall(_message.Message):
    __slots__ = ["fallback", "hedging", "id", "idempotent", "metadata", "method", "request", "requirement", "retry", "server_streaming", "shielded", "target", "timeout"]
    FALLBACK_FIELD_NUMBER: _ClassVar[int]
    HEDGING_FIELD_NUMBER: _ClassVar[int]
    IDEMPOTENT_FIELD_NUMBER: _ClassVar[int]
    ID_FIELD_NUMBER: _ClassVar[int]
    METADATA_FIELD_NUMBER: _ClassVar[int]
    METHOD_FIELD_NUMBER: _ClassVar[int]
    REQUEST_FIELD_NUMBER: _ClassVar[int]
    REQUIREMENT_FIELD_NUMBER: _ClassVar[int]
    RETRY_FIELD_NUMBER: _ClassVar[int]
    SERVER_STREAMING_FIELD_NUMBER: _ClassVar[int]
    SHIELDED_FIELD_NUMBER: _ClassVar[int]
    TARGET_FIELD_NUMBER: _ClassVar[int]
    TIMEOUT_FIELD_NUMBER: _ClassVar[int]
    fallback: Fallback
    hedging: HedgingPolicy
    id: str
    idempotent: bool
    metadata: _containers.RepeatedCompositeFieldContainer[Metadata]
    method: str
    request: bytes
    requirement: Requirement
    retry: RetryPolicy
    server_streaming: bool
    shielded: bool
    target: str
    timeout: _duration_pb2.Duration
    def __init__(self, id: _Optional[str] = ..., target: _Optional[str] = ..., method: _Optional[str] = ..., request: _Optional[bytes] = ..., metadata: _Optional[_Iterable[_Union[Metadata, _Mapping]]] = ..., timeout: _Optional[_Union[_duration_pb2.Duration, _Mapping]] = ..., retry: _Optional[_Union[RetryPolicy, _Mapping]] = ..., hedging: _Optional[_Union[HedgingPolicy, _Mapping]] = ..., idempotent: bool = ..., fallback: _Optional[_Union[Fallback, _Mapping]] = ..., shielded: bool = ..., requirement: _Optional[_Union[Requirement, str]] = ..., server_streaming: bool = ...) -> None: ...

class SubCallFailure(_message.Message):
    __slots__ = ["delivery", "id", "index", "origin", "status"]
    DELIVERY_FIELD_NUMBER: _ClassVar[int]
    ID_FIELD_NUMBER: _ClassVar[int]
    INDEX_FIELD_NUMBER: _ClassVar[int]
    ORIGIN_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    delivery: Delivery
    id: str
    index: int
    origin: Origin
    status: Status
    def __init__(self, index: _Optional[int] = ..., id: _Optional[str] = ..., status: _Optional[_Union[Status, _Mapping]] = ..., origin: _Optional[_Union[Origin, str]] = ..., delivery: _Optional[_Union[Delivery, str]] = ...) -> None: ...

class Summary(_message.Message):
    __slots__ = ["cancelled", "decision", "detached", "elapsed", "failed", "gather_id", "not_started", "overhead", "rejected", "straggler", "succeeded"]
    CANCELLED_FIELD_NUMBER: _ClassVar[int]
    DECISION_FIELD_NUMBER: _ClassVar[int]
    DETACHED_FIELD_NUMBER: _ClassVar[int]
    ELAPSED_FIELD_NUMBER: _ClassVar[int]
    FAILED_FIELD_NUMBER: _ClassVar[int]
    GATHER_ID_FIELD_NUMBER: _ClassVar[int]
    NOT_STARTED_FIELD_NUMBER: _ClassVar[int]
    OVERHEAD_FIELD_NUMBER: _ClassVar[int]
    REJECTED_FIELD_NUMBER: _ClassVar[int]
    STRAGGLER_FIELD_NUMBER: _ClassVar[int]
    SUCCEEDED_FIELD_NUMBER: _ClassVar[int]
    cancelled: int
    decision: Decision
    detached: int
    elapsed: _duration_pb2.Duration
    failed: int
    gather_id: str
    not_started: int
    overhead: _duration_pb2.Duration
    rejected: int
    straggler: int
    succeeded: int
    def __init__(self, gather_id: _Optional[str] = ..., succeeded: _Optional[int] = ..., failed: _Optional[int] = ..., cancelled: _Optional[int] = ..., not_started: _Optional[int] = ..., rejected: _Optional[int] = ..., detached: _Optional[int] = ..., elapsed: _Optional[_Union[_duration_pb2.Duration, _Mapping]] = ..., overhead: _Optional[_Union[_duration_pb2.Duration, _Mapping]] = ..., straggler: _Optional[int] = ..., decision: _Optional[_Union[Decision, _Mapping]] = ...) -> None: ...

class TargetInfo(_message.Message):
    __slots__ = ["methods", "name"]
    METHODS_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    methods: _containers.RepeatedScalarFieldContainer[str]
    name: str
    def __init__(self, name: _Optional[str] = ..., methods: _Optional[_Iterable[str]] = ...) -> None: ...

class TaskGroupRequest(_message.Message):
    __slots__ = ["add", "cancel", "end_early", "join", "open"]
    ADD_FIELD_NUMBER: _ClassVar[int]
    CANCEL_FIELD_NUMBER: _ClassVar[int]
    END_EARLY_FIELD_NUMBER: _ClassVar[int]
    JOIN_FIELD_NUMBER: _ClassVar[int]
    OPEN_FIELD_NUMBER: _ClassVar[int]
    add: SubCall
    cancel: CancelSubCall
    end_early: EndEarly
    join: Join
    open: Open
    def __init__(self, open: _Optional[_Union[Open, _Mapping]] = ..., add: _Optional[_Union[SubCall, _Mapping]] = ..., cancel: _Optional[_Union[CancelSubCall, _Mapping]] = ..., end_early: _Optional[_Union[EndEarly, _Mapping]] = ..., join: _Optional[_Union[Join, _Mapping]] = ...) -> None: ...

class TaskGroupResponse(_message.Message):
    __slots__ = ["opened", "outcome", "summary"]
    OPENED_FIELD_NUMBER: _ClassVar[int]
    OUTCOME_FIELD_NUMBER: _ClassVar[int]
    SUMMARY_FIELD_NUMBER: _ClassVar[int]
    opened: Opened
    outcome: Outcome
    summary: Summary
    def __init__(self, opened: _Optional[_Union[Opened, _Mapping]] = ..., outcome: _Optional[_Union[Outcome, _Mapping]] = ..., summary: _Optional[_Union[Summary, _Mapping]] = ...) -> None: ...

class Timing(_message.Message):
    __slots__ = ["attempts", "finished", "peer", "queued", "started", "winning_attempt"]
    ATTEMPTS_FIELD_NUMBER: _ClassVar[int]
    FINISHED_FIELD_NUMBER: _ClassVar[int]
    PEER_FIELD_NUMBER: _ClassVar[int]
    QUEUED_FIELD_NUMBER: _ClassVar[int]
    STARTED_FIELD_NUMBER: _ClassVar[int]
    WINNING_ATTEMPT_FIELD_NUMBER: _ClassVar[int]
    attempts: int
    finished: _duration_pb2.Duration
    peer: str
    queued: _duration_pb2.Duration
    started: _duration_pb2.Duration
    winning_attempt: int
    def __init__(self, queued: _Optional[_Union[_duration_pb2.Duration, _Mapping]] = ..., started: _Optional[_Union[_duration_pb2.Duration, _Mapping]] = ..., finished: _Optional[_Union[_duration_pb2.Duration, _Mapping]] = ..., attempts: _Optional[int] = ..., winning_attempt: _Optional[int] = ..., peer: _Optional[str] = ...) -> None: ...

class Mode(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = []

class ErrorDelivery(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = []

class Requirement(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = []

class Disposition(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = []

class Cause(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = []

class Origin(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = []

class Delivery(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = []

class Verdict(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = []
