"""What is said of a sub-call or a gather: the wire's enumerations, and when things happened."""

import enum
from typing import NamedTuple


class _WireEnum(enum.IntEnum):
    """Numbers are the wire's; one of a newer server that this library does not know is 0."""

    @classmethod
    def _missing_(cls, value: object) -> "_WireEnum | None":
        return cls(0) if isinstance(value, int) and value != 0 else None

    def __str__(self) -> str:
        return self.name


class Disposition(_WireEnum):
    """How a sub-call ended."""

    UNSPECIFIED = 0
    SUCCEEDED = 1
    FAILED = 2  # a real failure, its own timeout included
    CANCELLED = 3  # was sent, then cancelled by the gather
    NOT_STARTED = 4  # never sent
    REJECTED = 5  # refused before sending
    DETACHED = 6  # still running when the answer was given: shielded, or under propagate()


class Cause(_WireEnum):
    """Why a sub-call was cancelled or never started."""

    UNSPECIFIED = 0
    CALLER = 1
    GATHER_DEADLINE = 2
    SUB_CALL_DEADLINE = 3
    SIBLING_FAILED = 4
    DECIDED = 5
    GROUP_ENDED = 6
    OWN_HANDLE = 7
    SHUTDOWN = 8
    LIMIT = 9


class Origin(_WireEnum):
    """Who made a status that is not OK."""

    UNSPECIFIED = 0
    BACKEND = 1  # the backend's gRPC stack answered it
    TRANSPORT = 2  # no answer came
    ORCHESTRATOR = 3  # the gather ended or refused the sub-call


class Delivery(_WireEnum):
    """Whether the backend can have seen the sub-call."""

    UNSPECIFIED = 0
    NEVER_SENT = 1  # surely not
    EFFECT_UNKNOWN = 2
    ANSWERED = 3


class Verdict(_WireEnum):
    """What the policy decided; UNSPECIFIED: nothing, the gather was refused or its answer lost."""

    UNSPECIFIED = 0
    SATISFIED = 1
    FAILED = 2
    DEADLINE_EXCEEDED = 3
    CANCELLED = 4


class Timing(NamedTuple):
    """When a sub-call passed its stations: seconds since its gather was accepted (in a group, since
    it was added)."""

    queued: float  # until then it waited for its turn
    started: float | None  # the first attempt was sent; None: never
    finished: float  # 0 for a sub-call that still runs
    attempts: int
    winning_attempt: int
    peer: str


class Summary(NamedTuple):
    """One gather in numbers."""

    gather_id: str  # names the gather in the server's log and traces
    verdict: Verdict
    decided_by: int | None  # the sub-call whose end fixed the verdict
    succeeded: int
    failed: int
    cancelled: int
    not_started: int
    rejected: int
    detached: int
    elapsed: float  # seconds
    overhead: float  # of them, with no sub-call outstanding at a backend
    straggler: int | None  # the sub-call that ended last
