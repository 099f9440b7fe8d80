package gather

import (
	"gather/gatherpb"

	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/anypb"
)

// A Task is a sub-call of a group.
type Task struct {
	group     *Group
	call      Call
	index     uint32
	reactions []func(*Outcome)
	done      chan struct{}
	outcome   *Outcome
}

// Done is closed when the sub-call has ended.
func (t *Task) Done() <-chan struct{} { return t.done }

// Outcome waits until the sub-call has ended, and returns what became of it.
func (t *Task) Outcome() *Outcome {
	<-t.done
	return t.outcome
}

// Cancel stops this sub-call alone (CauseOwnHandle); the group goes on. No effect once it has ended.
func (t *Task) Cancel() {
	select {
	case <-t.done:
		return
	default:
	}
	t.group.sending.Lock()
	defer t.group.sending.Unlock()
	t.group.send(&gatherpb.TaskGroupRequest{Request: &gatherpb.TaskGroupRequest_Cancel{
		Cancel: &gatherpb.CancelSubCall{Id: idOf(t.call.wire, t.index)},
	}})
}

// wire is the sub-call as it is added. One that the client refuses goes as one that the server
// refuses, so that it has its place and counts for the policy.
func (t *Task) wire() *gatherpb.SubCall {
	if t.call.problem == nil {
		return t.call.wire
	}
	return &gatherpb.SubCall{Target: t.call.wire.Target, Requirement: t.call.wire.Requirement}
}

func (t *Task) read(wire *gatherpb.Outcome) (*Outcome, bool) {
	if t.call.problem != nil && wire.Disposition == gatherpb.Disposition_DISPOSITION_REJECTED {
		wire.Id = idOf(t.call.wire, t.index)
		wire.Status = fromStatus(t.call.problem.refusal().status)
	}
	return t.call.read(wire)
}

func (t *Task) finish(outcome *Outcome) {
	t.outcome = outcome
	close(t.done)
}

var endingOfJoin = ending{cause: gatherpb.Cause_CAUSE_GROUP_ENDED}

// endingOf is what a decision means for sub-calls that the server had not taken in.
func endingOf(decision *gatherpb.Decision, l *ledger) *ending {
	result := endingOfJoin
	switch {
	case decision.Verdict == gatherpb.Verdict_VERDICT_DEADLINE_EXCEEDED:
		result.cause = gatherpb.Cause_CAUSE_GATHER_DEADLINE
	case decision.Verdict == gatherpb.Verdict_VERDICT_CANCELLED:
		result.cause = gatherpb.Cause_CAUSE_CALLER
		if codes.Code(decision.Status.GetCode()) == codes.Unavailable {
			result.cause = gatherpb.Cause_CAUSE_SHUTDOWN
		}
	case decision.DecidedBy == nil:
	case decision.Verdict == gatherpb.Verdict_VERDICT_FAILED:
		result.causedBy = decision.DecidedBy
		result.cause = gatherpb.Cause_CAUSE_DECIDED
		race := l.policy.Mode == gatherpb.Mode_MODE_RACE
		if required := l.requirements[int(*decision.DecidedBy)]; required ==
			gatherpb.Requirement_REQUIREMENT_REQUIRED || l.anyFailureDecides() && !race {
			result.cause = gatherpb.Cause_CAUSE_SIBLING_FAILED
		}
	case successDecides(l.policy.Mode):
		result.causedBy = decision.DecidedBy
		result.cause = gatherpb.Cause_CAUSE_DECIDED
	}
	return &result
}

func successDecides(mode gatherpb.Mode) bool {
	switch mode {
	case gatherpb.Mode_MODE_ANY, gatherpb.Mode_MODE_RACE, gatherpb.Mode_MODE_QUORUM:
		return true
	default:
		return false
	}
}

func (e *ending) code() codes.Code {
	switch e.cause {
	case gatherpb.Cause_CAUSE_GATHER_DEADLINE:
		return codes.DeadlineExceeded
	case gatherpb.Cause_CAUSE_SHUTDOWN:
		return codes.Unavailable
	default:
		return codes.Canceled
	}
}

// outcome accounts for a task of which the server told nothing; sent: it was on its way.
func (e *ending) outcome(t *Task, sent bool) *Outcome {
	var outcome *Outcome
	switch {
	case t.call.problem != nil:
		outcome = newOutcome(&gatherpb.Outcome{
			Index:       t.index,
			Id:          idOf(t.call.wire, t.index),
			Disposition: gatherpb.Disposition_DISPOSITION_REJECTED,
			Status:      fromStatus(t.call.problem.refusal().status),
			Origin:      gatherpb.Origin_ORIGIN_ORCHESTRATOR,
			Delivery:    gatherpb.Delivery_DELIVERY_NEVER_SENT,
		}, t.call.wire)
	case e.lost != nil:
		outcome = lostOutcome(e.lost, sent, t.index, t.call)
	default:
		wire := &gatherpb.Outcome{
			Index:       t.index,
			Id:          idOf(t.call.wire, t.index),
			Disposition: gatherpb.Disposition_DISPOSITION_NOT_STARTED,
			Cause:       e.cause,
			Status: &gatherpb.Status{
				Code: int32(e.code()), Message: "the group takes no more sub-calls",
				Details: []*anypb.Any{},
			},
			Origin:   gatherpb.Origin_ORIGIN_ORCHESTRATOR,
			Delivery: gatherpb.Delivery_DELIVERY_NEVER_SENT,
		}
		if e.causedBy != nil {
			wire.CausedBy = proto.Uint32(*e.causedBy)
		}
		outcome = newOutcome(wire, t.call.wire)
	}
	t.call.tell(outcome)
	return outcome
}
