"""When a gather is decided."""

import dataclasses
import enum
from typing import cast
from .v1 import gather_pb2 as pb


class Mode(enum.IntEnum):
    """The wire's modes."""

    FAIL_FAST = 1
    COLLECT = 2
    PROPAGATE = 3
    ANY = 4
    RACE = 5
    QUORUM = 6


@dataclasses.dataclass(frozen=True)
class Policy:
    """When a gather is decided, and what the decision does to the rest.

    A real failure is a backend's or the transport's, a refusal, or a sub-call's own timeout. An
    `optional` call's failure fails nothing and its success satisfies nothing; a `required` one's
    failure fails the gather under every policy.
    """

    mode: Mode
    min_successes: int = 0
    max_failures: int | None = None

    @staticmethod
    def fail_fast() -> "Policy":
        """The first failure decides: what is unfinished is cancelled and awaited."""
        return Policy(Mode.FAIL_FAST)

    @staticmethod
    def collect(max_failures: int | None = None) -> "Policy":
        """Failures cancel nobody, unless there are more than `max_failures`."""
        return Policy(Mode.COLLECT, max_failures=max_failures)

    @staticmethod
    def propagate() -> "Policy":
        """The first failure is answered at once and the rest runs on, as with asyncio.gather."""
        return Policy(Mode.PROPAGATE)

    @staticmethod
    def any() -> "Policy":
        """The first success decides; fails when all have failed."""
        return Policy(Mode.ANY)

    @staticmethod
    def race() -> "Policy":
        """The first to end decides, good or bad."""
        return Policy(Mode.RACE)

    @staticmethod
    def quorum(successes: int) -> "Policy":
        """So many successes decide; fails as soon as they cannot be reached."""
        return Policy(Mode.QUORUM, min_successes=successes)

    @property
    def success_decides(self) -> bool:
        return self.mode in (Mode.ANY, Mode.QUORUM)

    @property
    def one_failure_decides(self) -> bool:
        """Whether a single failure that counts decides, rather than one too many."""
        return self.mode in (Mode.FAIL_FAST, Mode.PROPAGATE, Mode.RACE)

    def to_proto(self) -> pb.Policy:
        """For the wire; the answer comes whole whatever fails, and errors are made here."""
        return pb.Policy(mode=cast(pb.Mode, int(self.mode)), min_successes=self.min_successes,
                         max_failures=self.max_failures,
                         error_delivery=pb.ERROR_DELIVERY_AS_RESPONSE)
