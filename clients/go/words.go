package gather

import (
	"strings"

	"gather/gatherpb"
)

// A Mode is a rule by which a gather is decided. Numbers are the wire's, here and below.
type Mode int32

const (
	ModeFailFast  Mode = 1 // the first failure decides, and cancels the rest
	ModeCollect   Mode = 2 // failures are values and cancel nothing
	ModePropagate Mode = 3 // the first failure is told at once; what has started runs on
	ModeAny       Mode = 4 // the first success decides
	ModeRace      Mode = 5 // the first to end decides
	ModeQuorum    Mode = 6 // Policy.MinSuccesses successes decide
)

// A Verdict is how a gather ended.
type Verdict int32

const (
	VerdictSatisfied        Verdict = 1 // the policy got what it asks for
	VerdictFailed           Verdict = 2 // the policy cannot get it
	VerdictDeadlineExceeded Verdict = 3 // the gather's time was up first
	VerdictCancelled        Verdict = 4 // the caller, or the server's shutdown, ended it first
)

// A Disposition is how a sub-call ended.
type Disposition int32

const (
	DispositionSucceeded  Disposition = 1
	DispositionFailed     Disposition = 2 // a real failure, its own timeout included
	DispositionCancelled  Disposition = 3 // was sent, then cancelled by the gather
	DispositionNotStarted Disposition = 4 // never sent
	DispositionRejected   Disposition = 5 // refused before sending
	DispositionDetached   Disposition = 6 // still running when the answer was given
)

// A Cause is why a sub-call was cancelled or never started.
type Cause int32

const (
	CauseCaller          Cause = 1 // the caller cancelled
	CauseGatherDeadline  Cause = 2 // the gather's time was up
	CauseSubCallDeadline Cause = 3 // its own time was up: a real failure
	CauseSiblingFailed   Cause = 4 // a failure decided; CausedBy says whose
	CauseDecided         Cause = 5 // any other decision
	CauseGroupEnded      Cause = 6 // the group was ended early
	CauseOwnHandle       Cause = 7 // this one was cancelled
	CauseShutdown        Cause = 8 // the server shut down
	CauseLimit           Cause = 9 // a limit was reached
)

// An Origin is who made a status that is not OK.
type Origin int32

const (
	OriginBackend      Origin = 1 // the backend's gRPC stack answered it
	OriginTransport    Origin = 2 // no answer came
	OriginOrchestrator Origin = 3 // the gather ended or refused the sub-call
)

// A Delivery is whether the backend can have seen a sub-call: what a retry hangs on.
type Delivery int32

const (
	DeliveryNeverSent     Delivery = 1 // surely not
	DeliveryEffectUnknown Delivery = 2
	DeliveryAnswered      Delivery = 3
)

// word is a value's name without its enumeration's, UNSPECIFIED for one that is not known.
func word(names map[int32]string, value int32, prefix string) string {
	if name, ok := names[value]; ok {
		return strings.TrimPrefix(name, prefix)
	}
	return "UNSPECIFIED"
}

func (m Mode) String() string    { return word(gatherpb.Mode_name, int32(m), "MODE_") }
func (v Verdict) String() string { return word(gatherpb.Verdict_name, int32(v), "VERDICT_") }
func (d Disposition) String() string {
	return word(gatherpb.Disposition_name, int32(d), "DISPOSITION_")
}
func (c Cause) String() string    { return word(gatherpb.Cause_name, int32(c), "CAUSE_") }
func (o Origin) String() string   { return word(gatherpb.Origin_name, int32(o), "ORIGIN_") }
func (d Delivery) String() string { return word(gatherpb.Delivery_name, int32(d), "DELIVERY_") }
