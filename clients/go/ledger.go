package gather

import (
	"fmt"
	"sort"

	"gather/gatherpb"

	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"
)

// A ledger counts outcomes as the client reads them, and makes the gather's error of them. A reply
// that the server took for a success may be none to the client; the decision follows from that.
type ledger struct {
	policy *gatherpb.Policy
	limit  int // of the failures that are kept; 0: none

	successes  uint32
	failures   uint32
	total      int
	kept       []*Outcome
	first      *Outcome // of the failures that count, in time
	decider    *Outcome // the failure that decided, as far as one does
	satisfied  bool     // successes decided before a failure did
	ended      bool     // one that counts has: ModeRace is over
	unreadable []*Outcome
	misread    uint32 // their number, those not kept included

	requirements map[int]gatherpb.Requirement // of failures, where it is not the mode's
	missing      int                          // required sub-calls of a group without success
}

func newLedger(policy *gatherpb.Policy) *ledger {
	return &ledger{policy: policy, requirements: map[int]gatherpb.Requirement{}}
}

// note counts an outcome. It returns whether a reply that could not be read has just decided that
// the gather fails.
func (l *ledger) note(outcome *Outcome, requirement gatherpb.Requirement, unreadable bool) bool {
	counts := requirement != gatherpb.Requirement_REQUIREMENT_OPTIONAL
	required := requirement == gatherpb.Requirement_REQUIREMENT_REQUIRED
	if !outcome.isRealFailure() {
		if counts && outcome.OK() {
			l.noteSuccess(required)
		}
		return false
	}
	l.total++
	if counts {
		l.failures++
		if l.first == nil || outcome.Timing.Finished < l.first.Timing.Finished {
			l.first = outcome
		}
	}
	decides := l.decider == nil && (required || counts && l.failureDecides())
	if decides {
		l.decider = outcome
	}
	if requirement != gatherpb.Requirement_REQUIREMENT_UNSPECIFIED {
		l.requirements[outcome.Index] = requirement
	}
	l.ended = l.ended || counts
	kept := l.keep(outcome)
	if unreadable {
		l.misread++
	}
	if unreadable && kept {
		l.unreadable = append(l.unreadable, outcome)
	}
	return decides && unreadable
}

func (l *ledger) noteSuccess(required bool) {
	l.successes++
	if required {
		l.missing--
	}
	switch l.policy.Mode {
	case gatherpb.Mode_MODE_RACE:
		l.satisfied = l.satisfied || !l.ended && l.decider == nil
	case gatherpb.Mode_MODE_ANY, gatherpb.Mode_MODE_QUORUM:
		enough := l.successes >= l.policy.MinSuccesses && l.missing <= 0
		l.satisfied = l.satisfied || enough && l.decider == nil
	}
	l.ended = true
}

// failureDecides says whether the failure just counted does, as the mode has it.
func (l *ledger) failureDecides() bool {
	switch l.policy.Mode {
	case gatherpb.Mode_MODE_COLLECT:
		return l.policy.MaxFailures != nil && l.failures > *l.policy.MaxFailures
	case gatherpb.Mode_MODE_ANY, gatherpb.Mode_MODE_QUORUM:
		return false
	case gatherpb.Mode_MODE_RACE:
		return !l.ended
	default:
		return true
	}
}

// keep drops none that is told by name.
func (l *ledger) keep(outcome *Outcome) bool {
	if l.limit > 0 && len(l.kept) >= l.limit {
		if outcome != l.decider {
			delete(l.requirements, outcome.Index)
			return false
		}
		l.kept = l.kept[:l.limit-1]
	}
	l.kept = append(l.kept, outcome)
	return true
}

// correct returns the decision as it is with the replies that could not be read, and corrects the
// summary.
func (l *ledger) correct(told *gatherpb.Decision, summary *gatherpb.Summary) *gatherpb.Decision {
	decision := clone(told)
	for _, outcome := range l.unreadable {
		l.takeBack(outcome, decision)
	}
	if summary != nil && l.misread > 0 {
		summary.Succeeded -= l.misread
		summary.Failed += l.misread
		summary.Decision = decision
	}
	return decision
}

func (l *ledger) takeBack(outcome *Outcome, decision *gatherpb.Decision) {
	if decision.Verdict != gatherpb.Verdict_VERDICT_SATISFIED {
		return
	}
	decided := decision.DecidedBy != nil && int(*decision.DecidedBy) == outcome.Index
	if l.undoes(outcome, decided) {
		decision.Verdict = gatherpb.Verdict_VERDICT_FAILED
		decision.DecidedBy = proto.Uint32(uint32(outcome.Index))
		decision.Status = outcome.status
		if !l.decidesAlone(outcome.Index) && l.first != nil {
			decision.Status = l.first.status
		}
	} else if decided && !l.anyFailureDecides() {
		// Others' successes are enough, and none of them came last.
		decision.DecidedBy = nil
	}
}

// undoes says whether the policy cannot be satisfied, now that this one has failed after all.
func (l *ledger) undoes(outcome *Outcome, decided bool) bool {
	switch l.requirements[outcome.Index] {
	case gatherpb.Requirement_REQUIREMENT_OPTIONAL:
		return false
	case gatherpb.Requirement_REQUIREMENT_REQUIRED:
		return true
	}
	switch l.policy.Mode {
	case gatherpb.Mode_MODE_COLLECT:
		return l.policy.MaxFailures != nil && l.failures > *l.policy.MaxFailures
	case gatherpb.Mode_MODE_ANY:
		return l.successes == 0
	case gatherpb.Mode_MODE_QUORUM:
		return l.successes < l.policy.MinSuccesses
	case gatherpb.Mode_MODE_RACE:
		return decided
	default:
		return true
	}
}

// anyFailureDecides: in the other modes it takes more than one, and the first gives its status.
func (l *ledger) anyFailureDecides() bool {
	switch l.policy.Mode {
	case gatherpb.Mode_MODE_COLLECT, gatherpb.Mode_MODE_ANY, gatherpb.Mode_MODE_QUORUM:
		return false
	default:
		return true
	}
}

func (l *ledger) decidesAlone(index int) bool {
	return l.anyFailureDecides() ||
		l.requirements[index] == gatherpb.Requirement_REQUIREMENT_REQUIRED
}

// listed are the failures that were kept, in the order of the calls.
func (l *ledger) listed() []*SubCallError {
	var failures []*SubCallError
	for _, outcome := range l.kept {
		failures = append(failures, &SubCallError{Outcome: outcome, status: outcome.rpcStatus()})
	}
	sort.Slice(failures, func(i, j int) bool { return failures[i].Index < failures[j].Index })
	return failures
}

// failure is the gather's error, nil for one that is satisfied.
func (l *ledger) failure(decision *gatherpb.Decision, gatherID string) *Error {
	info := &gatherpb.ErrorInfo{Metadata: map[string]string{}}
	code, message := codes.Code(decision.Status.GetCode()), decision.Status.GetMessage()
	var cause error
	switch decision.Verdict {
	case gatherpb.Verdict_VERDICT_SATISFIED:
		return nil
	case gatherpb.Verdict_VERDICT_FAILED:
		info.Reason = "SUB_CALL_FAILED"
		message = l.describe(decision, info)
		if code == codes.OK {
			code = codes.Unknown
		}
	default:
		code, info.Reason, cause = ended(decision)
		if decision.Verdict == 0 {
			message = "the answer holds no verdict that this client knows"
		}
	}
	info.Metadata["gather_id"] = gatherID
	result := newError(code, message, info)
	result.Verdict = Verdict(decision.Verdict)
	result.DecidedBy = decidedBy(decision)
	result.Failures = l.listed()
	result.TotalFailures = l.total
	result.GatherID = gatherID
	result.cause = cause
	return result
}

// describe names the deciding failure, and how many others there are.
func (l *ledger) describe(decision *gatherpb.Decision, info *gatherpb.ErrorInfo) string {
	message := decision.Status.GetMessage()
	others := l.total
	if deciding := l.deciding(decision); deciding != nil {
		message = name(deciding) + ": " + message
		for key, value := range names(deciding) {
			info.Metadata[key] = value
		}
		others--
	}
	if others > 0 {
		message += fmt.Sprintf(" (+%d more)", others)
	}
	return message
}

// deciding is the failure whose status a FAILED decision carries: that of the sub-call that
// decided, or, where it only was one too many, the first of those that count.
func (l *ledger) deciding(decision *gatherpb.Decision) *Outcome {
	if decision.DecidedBy == nil {
		return nil
	}
	if !l.decidesAlone(int(*decision.DecidedBy)) {
		return l.first
	}
	for _, outcome := range l.kept {
		if outcome.Index == int(*decision.DecidedBy) {
			return outcome
		}
	}
	return nil
}
