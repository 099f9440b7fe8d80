package gather

import (
	"context"
	"fmt"
	"time"

	"gather/gatherpb"

	"google.golang.org/protobuf/types/known/durationpb"
)

// A Policy is when a gather is decided. The zero Mode is the default of what it is used for.
type Policy struct {
	Mode Mode

	// MinSuccesses is ModeQuorum's number, from 1 to the number of sub-calls that count.
	MinSuccesses int

	// MaxFailures bounds the failures that ModeCollect bears; nil: no bound.
	MaxFailures *int
}

// CollectAtMost is ModeCollect which more than so many real failures fail.
func CollectAtMost(failures int) Policy {
	return Policy{Mode: ModeCollect, MaxFailures: &failures}
}

// An Option says how a gather is to be done; see Client.With.
type Option func(*settings)

// WithPolicy says when a gather is decided. By default that is ModeFailFast for Do and NewGroup,
// ModeCollect for Settled and AsCompleted. Do takes ModeFailFast and ModePropagate only, since its
// result has no room for failures; Any, Race and Quorum have their own, which stands; the others
// take any.
func WithPolicy(policy Policy) Option {
	return func(s *settings) { s.policy = policy }
}

// WithTimeout bounds the gather, from its acceptance; what has finished by then is kept. Positive.
// Default: the context's deadline, or else the server's default (30 s; none for a group).
func WithTimeout(timeout time.Duration) Option {
	return func(s *settings) { s.timeout = &timeout }
}

// WithMaxConcurrency bounds how many sub-calls are in flight; the others wait in the order of the
// calls. Default, and 0: the server's default (1,000).
func WithMaxConcurrency(calls int) Option {
	return func(s *settings) { s.maxConcurrency = calls }
}

// WithLabel names the gather in the server's log and traces; at most 256 printable bytes.
func WithLabel(label string) Option {
	return func(s *settings) { s.label = label }
}

// WithDefaults holds for every sub-call that does not say otherwise.
func WithDefaults(options ...CallOption) Option {
	return func(s *settings) { s.defaults = append([]CallOption{}, options...) }
}

type settings struct {
	policy         Policy
	timeout        *time.Duration
	maxConcurrency int
	label          string
	defaults       []CallOption
}

// prepared is a gather as it is sent.
type prepared struct {
	calls   []Call
	request *gatherpb.GatherRequest
}

// prepare checks what only the client can know; everything else the server refuses.
func (s settings) prepare(ctx context.Context, mode Mode, calls []Call) (*prepared, *Error) {
	if s.policy.Mode == 0 {
		s.policy.Mode = mode
	}
	request, wrong := s.request()
	for i := 0; wrong == nil && i < len(calls); i++ {
		switch {
		case calls[i].wire == nil:
			wrong = &problem{reasonMalformed, fmt.Sprintf("calls[%d]", i), "an empty Call"}
		case calls[i].problem != nil:
			wrong = calls[i].problem.in(fmt.Sprintf("calls[%d]", i))
		}
	}
	if wrong != nil {
		return nil, wrong.refusal()
	}
	keepTimeForTheAnswer(ctx, &request.Timeout)
	request.Calls = make([]*gatherpb.SubCall, len(calls))
	for i := range calls {
		request.Calls[i] = calls[i].wire
	}
	return &prepared{calls, request}, nil
}

func (s settings) request() (*gatherpb.GatherRequest, *problem) {
	policy, wrong := s.policy.wire()
	if wrong != nil {
		return nil, wrong
	}
	request := &gatherpb.GatherRequest{Policy: policy, Label: s.label}
	if s.maxConcurrency < 0 {
		return nil, &problem{reasonMalformed, "max_concurrency", "it is negative"}
	}
	request.MaxConcurrency = uint32(s.maxConcurrency)
	if s.timeout != nil {
		if wrong := checkTimeout(*s.timeout); wrong != nil {
			return nil, wrong
		}
		request.Timeout = wireDuration(*s.timeout)
	}
	if request.Defaults, wrong = defaults(s.defaults); wrong != nil {
		return nil, wrong.in("defaults")
	}
	return request, nil
}

// wire asks for the failure in the response, where nothing is cut and finished results stay.
func (p Policy) wire() (*gatherpb.Policy, *problem) {
	if p.MinSuccesses < 0 || p.MaxFailures != nil && *p.MaxFailures < 0 {
		return nil, &problem{reasonBadPolicy, "policy", "a number is negative"}
	}
	policy := &gatherpb.Policy{
		Mode:          gatherpb.Mode(p.Mode),
		MinSuccesses:  uint32(p.MinSuccesses),
		ErrorDelivery: gatherpb.ErrorDelivery_ERROR_DELIVERY_AS_RESPONSE,
	}
	if p.MaxFailures != nil {
		failures := uint32(*p.MaxFailures)
		policy.MaxFailures = &failures
	}
	return policy, nil
}

func checkTimeout(timeout time.Duration) *problem {
	if timeout > 0 {
		return nil
	}
	return &problem{reasonBadTimeout, "timeout", fmt.Sprintf("a timeout is positive, not %v", timeout)}
}

func wireDuration(duration time.Duration) *durationpb.Duration { return durationpb.New(duration) }

// keepTimeForTheAnswer bounds a gather's own time by what the context leaves, less 2 % of it, at
// least 10 ms, at most 100 ms, never over 20 %. A server keeps time back, too, but knows the
// context's deadline only as gRPC sent it, rounded up.
func keepTimeForTheAnswer(ctx context.Context, timeout **durationpb.Duration) {
	deadline, ok := ctx.Deadline()
	if !ok {
		return
	}
	left := time.Until(deadline)
	kept := left / 50
	if kept < 10*time.Millisecond {
		kept = 10 * time.Millisecond
	}
	if kept > 100*time.Millisecond {
		kept = 100 * time.Millisecond
	}
	if kept > left/5 {
		kept = left / 5
	}
	bound := left - kept
	if bound > 0 && (*timeout == nil || bound < (*timeout).AsDuration()) {
		*timeout = wireDuration(bound)
	}
}
