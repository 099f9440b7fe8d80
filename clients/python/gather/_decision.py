"""From the wire's decision to the error that it is, the same for answers, streams and groups."""

from typing import Any, NamedTuple

import grpc

from ._call import Call
from ._errors import GatherError, GatherTimeoutError
from ._facts import Summary, Verdict
from ._outcome import CallError, Outcome, to_code, to_seconds
from ._policy import Mode, Policy
from .v1 import gather_pb2 as pb


def to_summary(summary: pb.Summary, decision: pb.Decision) -> Summary:
    return Summary(
        summary.gather_id, Verdict(decision.verdict),
        decision.decided_by if decision.HasField("decided_by") else None, summary.succeeded,
        summary.failed, summary.cancelled, summary.not_started, summary.rejected, summary.detached,
        to_seconds(summary.elapsed), to_seconds(summary.overhead),
        summary.straggler if summary.HasField("straggler") else None)


class Ended(NamedTuple):
    """A sub-call that has ended."""

    call: Call[Any]
    outcome: Outcome[Any]


class Tally:
    """How sub-calls ended, and what replies that nobody can read make of the server's decision.

    Failures are noted in the order in which they came; the first `keep` are kept, and those that
    decide.
    """

    def __init__(self, policy: Policy, keep: int | None = None) -> None:
        self.policy = policy
        self.total_failures = 0  # optional calls' too
        self.decided: Ended | None = None  # the failure that fails the gather
        self._keep = keep
        self._kept: list[Outcome[Any]] = []
        self._successes = 0
        self._counting = 0  # failures
        self._first: Ended | None = None  # failure, of those that count
        self._misread: list[Ended] = []

    def note_success(self, call: Call[Any]) -> None:
        self._successes += call.counts

    def note_failure(self, call: Call[Any], outcome: Outcome[Any], misread: bool) -> bool:
        """Whether the gather fails by it."""
        ended = Ended(call, outcome)
        self.total_failures += 1
        if self._keep is None or len(self._kept) < self._keep:
            self._kept.append(outcome)
        if misread:
            self._misread.append(ended)
        if call.counts:
            self._counting += 1
            if self._first is None:
                self._first = ended
        decides = self.decided is None and self._fails(call)
        if decides:
            self.decided = ended
        return decides

    def _fails(self, call: Call[Any]) -> bool:
        mode = self.policy.mode
        if not call.counts:
            return False
        if call.required or mode in (Mode.FAIL_FAST, Mode.PROPAGATE):
            return True
        if mode is Mode.RACE:
            return self._successes == 0 and self._counting == 1
        return self._too_many()

    def _too_many(self) -> bool:
        bound = self.policy.max_failures
        return self.policy.mode is Mode.COLLECT and bound is not None and self._counting > bound

    def correct(self, summary: pb.Summary, decision: pb.Decision) -> None:
        """The server let some succeed whose replies nobody can read: says so in both."""
        for ended in self._misread:
            summary.succeeded -= 1
            summary.failed += 1
            if decision.verdict != pb.VERDICT_SATISFIED:
                continue
            if self._undoes(ended, decision):
                self.fail(decision, ended)
            elif self.policy.mode in (Mode.ANY, Mode.QUORUM) and (
                    decision.decided_by == ended.outcome.index):
                decision.ClearField("decided_by")  # others' successes are enough

    def _undoes(self, ended: Ended, decision: pb.Decision) -> bool:
        mode = self.policy.mode
        if not ended.call.counts:
            return False
        if ended.call.required:
            return True
        if mode is Mode.ANY:
            return self._successes == 0
        if mode is Mode.QUORUM:
            return self._successes < self.policy.min_successes
        if mode is Mode.RACE:
            return decision.HasField("decided_by") and decision.decided_by == ended.outcome.index
        return mode is not Mode.COLLECT or self._too_many()

    def fail(self, decision: pb.Decision, ended: Ended) -> None:
        """Makes it FAILED by that failure. One failure too many has the first one's status."""
        alone = self.policy.one_failure_decides or ended.call.required
        carried = ended if alone or self._first is None else self._first
        decision.verdict = pb.VERDICT_FAILED
        decision.decided_by = ended.outcome.index
        decision.status.CopyFrom(carried.outcome.proto.status)

    def blamed(self, decision: pb.Decision, decider: Call[Any] | None) -> Outcome[Any] | None:
        """Whose failure a FAILED decision's status is; `decider` is the call whose end decided,
        where it is known."""
        if not decision.HasField("decided_by"):
            return None
        alone = self.policy.one_failure_decides or (
            decider is not None and decider.required)
        if not alone:
            first = self._first.outcome if self._first is not None else None
            same = first is not None and first.proto.status.code == decision.status.code
            return first if same else None
        return next((outcome for outcome in self._failures()
                     if outcome.index == decision.decided_by), None)

    def _failures(self) -> list[Outcome[Any]]:
        pinned = [ended.outcome for ended in (self._first, self.decided) if ended is not None]
        unique = {outcome.index: outcome for outcome in (*self._kept, *pinned)}
        return [unique[index] for index in sorted(unique)]

    def errors(self) -> list[CallError]:
        """The failures that are kept, in the order of the calls."""
        return [outcome.error for outcome in self._failures() if outcome.error is not None]


def error_of(decision: pb.Decision, summary: Summary, tally: Tally,
             decider: Call[Any] | None) -> GatherError | None:
    """None for a gather that is satisfied."""
    if decision.verdict == pb.VERDICT_SATISFIED:
        return None
    failures = tally.errors()
    code, message = to_code(decision.status.code), decision.status.message
    if decision.verdict == pb.VERDICT_DEADLINE_EXCEEDED:
        return GatherTimeoutError(grpc.StatusCode.DEADLINE_EXCEEDED, message,
                                  reason="GATHER_DEADLINE", failures=failures, summary=summary)
    if decision.verdict == pb.VERDICT_CANCELLED:
        return GatherError(code, message, failures=failures, summary=summary,
                           reason="SHUTDOWN" if code is grpc.StatusCode.UNAVAILABLE else "")
    if decision.verdict != pb.VERDICT_FAILED:
        return GatherError(grpc.StatusCode.INTERNAL, "the answer holds no verdict that is known",
                           failures=failures, summary=summary)
    blamed = tally.blamed(decision, decider)
    if blamed is not None:
        message = f"{blamed.name}: {message}"
    others = tally.total_failures - (blamed is not None)
    if others > 0:
        message += f" (+{others} more)"
    error = GatherError(code, message, reason="SUB_CALL_FAILED", failures=failures, summary=summary)
    error.__cause__ = blamed.error if blamed is not None else None
    return error
