"""What a group comes to."""

import grpc

from . import _lean_pb2 as lean
from ._call import Call
from ._decision import Tally, error_of, to_summary
from ._errors import GatherError
from ._facts import Summary, Verdict
from ._outcome import Outcome
from ._policy import Mode, Policy
from .v1 import gather_pb2 as pb

# Failures that are kept for the error, however many there are.
_KEPT = 100


class GroupTally:
    """From the ends of a group's sub-calls, and from the server's summary where there is one, to
    the group's error, and to what is true of sub-calls that nothing was heard of."""

    def __init__(self, policy: Policy) -> None:
        self._policy = policy
        self._tally = Tally(policy, keep=_KEPT)
        self._told: pb.Summary | None = None
        self._lost: GatherError | None = None
        self._by_caller = False
        self._successes = 0
        self._required = 0
        self._required_successes = 0
        self._satisfied = False
        # The reply that nobody could read, for which the server was asked to end the group.
        self._stopped_by: Outcome[object] | None = None

    def note_added(self, call: Call[object]) -> None:
        self._required += call.required

    def note_success(self, call: Call[object]) -> None:
        self._tally.note_success(call)
        if not call.counts:
            return
        self._successes += 1
        self._required_successes += call.required
        wanted = {Mode.ANY: 1, Mode.QUORUM: self._policy.min_successes}.get(self._policy.mode)
        if self._tally.decided is None and wanted is not None and self._successes >= wanted:
            self._satisfied = self._required_successes == self._required

    def note_failure(self, call: Call[object], outcome: Outcome[object], misread: bool) -> bool:
        """Whether the server, which does not know of this failure, has to be told to end."""
        decides = self._tally.note_failure(call, outcome, misread)
        if not (decides and misread) or self._policy.mode is Mode.PROPAGATE:
            return False
        self._stopped_by = outcome
        return True

    def relabel(self, outcome: lean.Outcome) -> None:
        """What the server ended for a reply that could not be read says so."""
        decided = self._tally.decided
        if self._stopped_by is None or decided is None or outcome.cause != pb.CAUSE_GROUP_ENDED:
            return
        outcome.cause = self._cause_of(decided.call)
        outcome.caused_by = decided.outcome.index
        outcome.status.message = "a reply of the group could not be read"

    def take_summary(self, summary: pb.Summary) -> None:
        self._told = summary
        decided = self._tally.decided
        if self._stopped_by is not None and decided is not None:
            self._tally.fail(summary.decision, decided)
        self._tally.correct(summary, summary.decision)

    def take_loss(self, error: GatherError, by_caller: bool) -> None:
        """The group has ended without a summary."""
        self._lost = error
        self._by_caller = by_caller

    @property
    def failed(self) -> bool:
        """Whether a sub-call's failure has failed the group, which the server then ends."""
        return self._tally.decided is not None

    @property
    def summary(self) -> Summary | None:
        return None if self._told is None else to_summary(self._told, self._told.decision)

    @property
    def verdict(self) -> Verdict:
        summary = self.summary
        return Verdict.UNSPECIFIED if summary is None else summary.verdict

    def error(self) -> GatherError | None:
        """Once it has ended; None: the policy is satisfied."""
        decided = self._tally.decided
        decider = decided.call if decided is not None else None
        summary = self.summary
        if self._told is not None and summary is not None:
            same = decided is not None and summary.decided_by == decided.outcome.index
            return error_of(self._told.decision, summary, self._tally, decider if same else None)
        if self._lost is None or (self._satisfied and self._by_caller):
            return None
        if decided is not None:  # the summary is lost, but not what it would have said
            decision = pb.Decision()
            self._tally.fail(decision, decided)
            error = error_of(decision, to_summary(pb.Summary(), decision), self._tally, decider)
            if error is not None:
                error.summary = None
            return error
        return GatherError(self._lost.code(), self._lost.details(), reason=self._lost.reason,
                           failures=self._tally.errors())

    def unheard_of(self, call: Call[object], index: int, sent: bool) -> lean.Outcome:
        """What is true of a sub-call of which the server said nothing before the end."""
        outcome = lean.Outcome(index=index, id=(str(index) if call.id is None else call.id).encode(),
                             origin=pb.ORIGIN_ORCHESTRATOR,
                             disposition=pb.DISPOSITION_NOT_STARTED,
                             delivery=pb.DELIVERY_NEVER_SENT)
        if self._lost is not None:
            self._account_for_loss(self._lost, call, outcome, sent)
        else:
            self._account_for_decision(outcome)
        return outcome

    def _account_for_loss(self, lost: GatherError, call: Call[object], outcome: lean.Outcome,
                          sent: bool) -> None:
        code = lost.code()
        outcome.status.code = code.value[0]
        outcome.status.message = lost.details()
        if lost.reason and not sent:
            outcome.disposition = pb.DISPOSITION_REJECTED
            return
        if sent:
            outcome.disposition = pb.DISPOSITION_CANCELLED
            outcome.delivery = pb.DELIVERY_EFFECT_UNKNOWN
        if self._by_caller:
            outcome.cause = pb.CAUSE_CALLER
        elif code is grpc.StatusCode.DEADLINE_EXCEEDED:
            outcome.cause = pb.CAUSE_GATHER_DEADLINE
        else:
            outcome.disposition = pb.DISPOSITION_FAILED
            outcome.origin = pb.ORIGIN_TRANSPORT
        if call.settings.shielded and outcome.disposition == pb.DISPOSITION_CANCELLED:
            outcome.disposition = pb.DISPOSITION_DETACHED  # what has started of it runs on
            outcome.ClearField("cause")

    def _account_for_decision(self, outcome: lean.Outcome) -> None:
        """The sub-call was on its way when the group was decided."""
        decision = pb.Decision() if self._told is None else self._told.decision
        code = grpc.StatusCode.CANCELLED
        outcome.cause = pb.CAUSE_GROUP_ENDED
        if decision.verdict == pb.VERDICT_DEADLINE_EXCEEDED:
            outcome.cause, code = pb.CAUSE_GATHER_DEADLINE, grpc.StatusCode.DEADLINE_EXCEEDED
        elif decision.verdict == pb.VERDICT_CANCELLED:
            shutdown = decision.status.code == grpc.StatusCode.UNAVAILABLE.value[0]
            outcome.cause = pb.CAUSE_SHUTDOWN if shutdown else pb.CAUSE_CALLER
            code = grpc.StatusCode.UNAVAILABLE if shutdown else code
        elif decision.HasField("decided_by"):
            decided = self._tally.decided
            failed = decision.verdict == pb.VERDICT_FAILED and decided is not None
            outcome.cause = (self._cause_of(decided.call) if failed and decided is not None
                             else pb.CAUSE_DECIDED)
            outcome.caused_by = decision.decided_by
        outcome.status.code = code.value[0]
        outcome.status.message = "the group takes no more sub-calls"

    def _cause_of(self, decider: Call[object]) -> "pb.Cause":
        sibling = (decider.required or
                   self._policy.mode in (Mode.FAIL_FAST, Mode.PROPAGATE))
        return pb.CAUSE_SIBLING_FAILED if sibling else pb.CAUSE_DECIDED
