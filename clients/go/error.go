package gather

import (
	"context"
	"errors"
	"fmt"
	"time"

	"gather/gatherpb"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// An Error is how a gather ended that did not get what it asked for: why, and every failure.
//
//	var failed *gather.Error
//	if errors.As(err, &failed) {
//		for _, failure := range failed.Failures { … }
//	}
//
// errors.Is and errors.As look at the error and then at each failure in turn, so that errors.As
// finds the first *SubCallError. errors.Is(err, context.Canceled) says that the caller ended the
// gather, errors.Is(err, context.DeadlineExceeded) that its time, or a sub-call's own, was up.
// status.Code(err) is Code; a handler may return the error as it is.
type Error struct {
	// Code is that of the deciding failure, or what ended the gather: DeadlineExceeded, Canceled,
	// Unavailable, or the code of a refusal or of a lost connection.
	Code    codes.Code
	Message string

	// Reason says it for programs: SUB_CALL_FAILED, GATHER_DEADLINE, SHUTDOWN, or why the request
	// was refused (docs/refusals.md). Empty where there is none.
	Reason string

	// Verdict is 0, and DecidedBy nil, where no answer came. DecidedBy is the index of the deciding
	// sub-call where one decided.
	Verdict   Verdict
	DecidedBy *int

	// Failures are all real failures in request order, those of optional sub-calls, too; never
	// siblings that the gather cancelled. Of a group the first hundred.
	Failures []*SubCallError

	// TotalFailures is their number, in a group those not kept included.
	TotalFailures int

	// RetryDelay is how long a server that refused for want of room asks to wait; 0: it says nothing.
	RetryDelay time.Duration

	// GatherID is the gather's name in the server's log; empty where no answer came.
	GatherID string

	status *status.Status
	cause  error // context.Canceled or context.DeadlineExceeded, or nil
	breach bool  // of the protocol, by a group that was open
}

func (e *Error) Error() string {
	return fmt.Sprintf("gather: %v: %s", e.Code, e.Message)
}

// Is says whether target is what ended the gather, or is any of its failures.
func (e *Error) Is(target error) bool {
	if e.cause != nil && e.cause == target {
		return true
	}
	for _, failure := range e.Failures {
		if errors.Is(failure, target) {
			return true
		}
	}
	return false
}

// As finds the first failure that fits target.
func (e *Error) As(target any) bool {
	for _, failure := range e.Failures {
		if errors.As(failure, target) {
			return true
		}
	}
	return false
}

// GRPCStatus is the error as a gRPC status: code, at most 512 bytes of the message, and an
// ErrorInfo with the reason. The failures are not in it: they would not fit into a trailer.
func (e *Error) GRPCStatus() *status.Status { return e.status }

// With returns those failures that have one of these codes, in request order.
func (e *Error) With(wanted ...codes.Code) []*SubCallError {
	var found []*SubCallError
	for _, failure := range e.Failures {
		for _, code := range wanted {
			if failure.Code() == code {
				found = append(found, failure)
				break
			}
		}
	}
	return found
}

// A SubCallError is why one sub-call brought no reply: a failure, or that the gather stopped it.
// Its status is the backend's as received, details included, where the backend answered one.
type SubCallError struct {
	// Outcome tells everything else about the sub-call.
	*Outcome

	status *status.Status
}

func (e *SubCallError) Error() string {
	return fmt.Sprintf("%s: %v: %s", name(e.Outcome), e.Code(), e.status.Message())
}

// Code is the status's code.
func (e *SubCallError) Code() codes.Code { return e.status.Code() }

// Message is the status's message.
func (e *SubCallError) Message() string { return e.status.Message() }

// GRPCStatus makes status.Code and status.Convert work.
func (e *SubCallError) GRPCStatus() *status.Status { return e.status }

// Is says for context.DeadlineExceeded and context.Canceled whether that stopped the sub-call.
func (e *SubCallError) Is(target error) bool {
	switch e.Cause {
	case CauseGatherDeadline, CauseSubCallDeadline:
		return target == context.DeadlineExceeded
	case CauseCaller:
		return target == context.Canceled
	default:
		return false
	}
}

// name is how messages call a sub-call.
func name(o *Outcome) string {
	return fmt.Sprintf("sub-call %d %q (%s %s)", o.Index, o.ID, o.Target, o.Method)
}

// A problem is what the client refuses itself, before anything is sent.
type problem struct{ reason, field, what string }

const (
	reasonBadDefaults = "BAD_DEFAULTS"
	reasonBadPolicy   = "BAD_POLICY"
	reasonBadTimeout  = "BAD_TIMEOUT"
	reasonMalformed   = "MALFORMED"
)

func (p *problem) in(place string) *problem {
	return &problem{p.reason, place + "." + p.field, p.what}
}

// refusal is the problem in the form of the server's refusals.
func (p *problem) refusal() *Error {
	info := &gatherpb.ErrorInfo{Reason: p.reason, Metadata: map[string]string{"field": p.field}}
	return newError(codes.InvalidArgument, p.field+": "+p.what, info)
}

func newError(code codes.Code, message string, info *gatherpb.ErrorInfo) *Error {
	return &Error{
		Code:    code,
		Message: message,
		Reason:  info.GetReason(),
		status:  boundedStatus(code, message, info),
	}
}
