package gather

import (
	"time"

	"gather/gatherpb"

	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
)

// An Outcome is what became of one sub-call. Every sub-call has exactly one.
type Outcome struct {
	Index       int
	ID          string
	Target      string
	Method      string
	Disposition Disposition
	Cause       Cause // 0 where nobody stopped it
	CausedBy    *int  // index of the deciding sub-call, where a decision stopped this one
	Origin      Origin
	Delivery    Delivery

	// Reply is where the reply was put: NewCall's reply ([]byte for a *[]byte), NewStreamCall's
	// slice. Nil unless the sub-call succeeded.
	Reply any

	// FromFallback says that Reply is the call's fallback, and Replaced tells the failure.
	FromFallback bool

	// Trailers is the backend's trailing metadata, as far as the server lets it through.
	Trailers metadata.MD

	Timing Timing

	status *gatherpb.Status
}

// Timing is when a sub-call was where, counted from its gather's acceptance, in a group from its
// add.
type Timing struct {
	Queued         time.Duration // until then it waited for its turn
	Started        time.Duration // its first attempt was sent; 0 if none was
	Finished       time.Duration // 0 for a sub-call that still runs
	Attempts       int
	WinningAttempt int
	Peer           string
}

// OK says whether the sub-call succeeded; a fallback's reply counts as success.
func (o *Outcome) OK() bool { return o.Disposition == DispositionSucceeded }

// Err is nil if the sub-call succeeded, and else a *SubCallError.
func (o *Outcome) Err() error {
	if o.OK() {
		return nil
	}
	return &SubCallError{Outcome: o, status: o.rpcStatus()}
}

// Replaced is the failure for which a fallback stands in; nil if none does.
func (o *Outcome) Replaced() error {
	if !o.FromFallback {
		return nil
	}
	return &SubCallError{Outcome: o, status: o.rpcStatus()}
}

// Status is the status as it was told: why there is no reply or, with FromFallback, the failure that
// was replaced. Nil where there is none: of a success, and of a sub-call that still runs.
func (o *Outcome) Status() *status.Status {
	if o.status == nil {
		return nil
	}
	return toStatus(o.status)
}

// isRealFailure is false for what the gather itself stopped.
func (o *Outcome) isRealFailure() bool {
	switch o.Disposition {
	case DispositionFailed, DispositionRejected:
		return true
	case DispositionNotStarted:
		return o.Cause == CauseSubCallDeadline
	default:
		return false
	}
}

func (o *Outcome) rpcStatus() *status.Status {
	if o.status.GetCode() != 0 {
		return toStatus(o.status)
	}
	return unknownStatus(o)
}

func newOutcome(wire *gatherpb.Outcome, call *gatherpb.SubCall) *Outcome {
	outcome := &Outcome{
		Index:        int(wire.Index),
		ID:           wire.Id,
		Target:       call.Target,
		Method:       call.Method,
		Disposition:  Disposition(wire.Disposition),
		Cause:        Cause(wire.Cause),
		Origin:       Origin(wire.Origin),
		Delivery:     Delivery(wire.Delivery),
		FromFallback: wire.FromFallback,
		status:       wire.Status,
	}
	if wire.CausedBy != nil {
		outcome.CausedBy = intPointer(*wire.CausedBy)
	}
	if len(wire.Trailers) > 0 {
		outcome.Trailers = metadata.MD{}
	}
	for _, entry := range wire.Trailers {
		outcome.Trailers.Append(entry.Key, string(entry.Value))
	}
	if timing := wire.Timing; timing != nil {
		outcome.Timing = Timing{
			Queued:         timing.Queued.AsDuration(),
			Started:        timing.Started.AsDuration(),
			Finished:       timing.Finished.AsDuration(),
			Attempts:       int(timing.Attempts),
			WinningAttempt: int(timing.WinningAttempt),
			Peer:           timing.Peer,
		}
	}
	return outcome
}

func intPointer(value uint32) *int {
	result := int(value)
	return &result
}
