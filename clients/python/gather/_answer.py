"""A whole gather's answer, from its bytes to what the verbs give."""

from collections.abc import Sequence
from typing import Any

import grpc

from . import _lean_pb2 as lean
from ._call import Call
from ._client import parse
from ._decision import Tally, error_of, to_summary
from ._errors import GatherError
from ._facts import Summary
from ._outcome import UNREADABLE, Outcome, is_real_failure, read_reply
from ._policy import Policy
from .v1 import gather_pb2 as pb

_SUCCEEDED = pb.DISPOSITION_SUCCEEDED


class Answer:
    """Every slot is accounted for; `error` says how the gather as a whole failed, if it did."""

    def __init__(self, calls: Sequence[Call[Any]], policy: Policy, data: bytes) -> None:
        self._calls = calls
        self._response = parse(lean.GatherResponse, data)
        # The replies; UNREADABLE in the place of what has none.
        self.values: list[Any] = []
        self.whole = True  # every slot has its reply
        self._misread: set[int] = set()
        self._outcomes: dict[int, Outcome[Any]] = {}
        self._read_replies()
        satisfied = self._response.decision.verdict == pb.VERDICT_SATISFIED
        self.error = None if self.whole and satisfied else self._judge(policy)

    def _read_replies(self) -> None:
        outcomes = self._response.outcomes
        if len(outcomes) != len(self._calls):
            raise GatherError(
                grpc.StatusCode.INTERNAL,
                f"the answer holds {len(outcomes)} outcomes for {len(self._calls)} sub-calls")
        values = self.values
        for call, outcome in zip(self._calls, outcomes):
            if outcome.disposition == _SUCCEEDED:
                value = read_reply(call, outcome)
                if value is UNREADABLE:
                    self._misread.add(len(values))
            else:
                value = UNREADABLE
            values.append(value)
        self.whole = UNREADABLE not in values

    def _judge(self, policy: Policy) -> GatherError | None:
        tally = Tally(policy)
        failed: list[Outcome[Any]] = []
        for index, (call, outcome) in enumerate(zip(self._calls, self._response.outcomes)):
            if self.values[index] is not UNREADABLE:
                tally.note_success(call)
            elif is_real_failure(outcome):
                failed.append(self.outcome(index))
        for ended in sorted(failed, key=lambda outcome: outcome.timing.finished):
            tally.note_failure(self._calls[ended.index], ended, ended.index in self._misread)
        decision = self._response.decision
        tally.correct(self._response.summary, decision)
        decider = self._calls[decision.decided_by] if decision.HasField("decided_by") else None
        return error_of(decision, self.summary, tally, decider)

    @property
    def summary(self) -> Summary:
        return to_summary(self._response.summary, self._response.decision)

    @property
    def decided_by(self) -> int | None:
        decision = self._response.decision
        return decision.decided_by if decision.HasField("decided_by") else None

    def outcome(self, index: int) -> Outcome[Any]:
        """Always the same object for a sub-call."""
        outcome = self._outcomes.get(index)
        if outcome is None:
            outcome = Outcome(self._calls[index], self._response.outcomes[index],
                              self.values[index])
            self._outcomes[index] = outcome
        return outcome

    def raise_error(self) -> None:
        if self.error is not None:
            raise self.error
