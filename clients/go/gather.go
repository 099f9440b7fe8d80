package gather

import (
	"context"
	"fmt"

	"gather/gatherpb"

	"google.golang.org/grpc"
	"google.golang.org/grpc/metadata"
)

// An Answer is what became of every sub-call of a gather.
type Answer struct {
	// Outcomes holds one for each sub-call, in the order of the calls.
	Outcomes []*Outcome

	// Verdict is 0, and DecidedBy and Summary are nil, where no answer came. DecidedBy is the index
	// of the sub-call whose end fixed the verdict, where one did.
	Verdict   Verdict
	DecidedBy *int
	Summary   *gatherpb.Summary
}

// Do runs the calls at once and fills their replies. The first failure cancels the others, which
// are awaited; the error is then an *Error. As errgroup and asyncio.TaskGroup.
func Do(ctx context.Context, client *Client, calls ...Call) error {
	switch mode := client.settings.policy.Mode; mode {
	case 0, ModeFailFast, ModePropagate:
	default:
		what := fmt.Sprintf("Do takes FAIL_FAST and PROPAGATE, not %v", mode)
		return (&problem{reasonBadPolicy, "policy", what}).refusal()
	}
	_, err := client.run(ctx, client.settings, ModeFailFast, calls)
	return orNil(err)
}

// Settled runs the calls at once and says what became of each; failures cancel nobody. As
// Promise.allSettled.
//
// The error tells that the gather as a whole did not do: it was refused, cancelled or lost, its
// time was up, a required call failed, or the policy was another one. The answer then still says
// what became of every sub-call, finished results included; it is nil only when the client itself
// refused the calls.
func Settled(ctx context.Context, client *Client, calls ...Call) (*Answer, error) {
	answer, err := client.run(ctx, client.settings, ModeCollect, calls)
	return answer, orNil(err)
}

// Any runs the calls at once; the first success is what it returns, and cancels the rest. The error
// says that all have failed. As Promise.any.
func Any(ctx context.Context, client *Client, calls ...Call) (*Outcome, error) {
	return client.winner(ctx, ModeAny, calls)
}

// Race runs the calls at once; the first to end cancels the rest, and is what it returns, or the
// error if it failed. As Promise.race, but that nobody is left running.
func Race(ctx context.Context, client *Client, calls ...Call) (*Outcome, error) {
	return client.winner(ctx, ModeRace, calls)
}

// Quorum runs the calls at once; k successes cancel the rest. It returns the outcomes of those that
// succeeded, at least k, in the order of the calls. The error says that k cannot be reached.
func Quorum(ctx context.Context, client *Client, k int, calls ...Call) ([]*Outcome, error) {
	settings := client.settings
	settings.policy = Policy{Mode: ModeQuorum, MinSuccesses: k}
	answer, err := client.run(ctx, settings, ModeQuorum, calls)
	if err != nil {
		return nil, err
	}
	return successes(answer.Outcomes), nil
}

func (c *Client) winner(ctx context.Context, mode Mode, calls []Call) (*Outcome, error) {
	settings := c.settings
	settings.policy = Policy{Mode: mode}
	answer, err := c.run(ctx, settings, mode, calls)
	if err != nil {
		return nil, err
	}
	if answer.DecidedBy != nil {
		return answer.Outcomes[*answer.DecidedBy], nil
	}
	// The reply of who decided could not be read, but another one had come as well.
	if others := successes(answer.Outcomes); len(others) > 0 {
		return others[0], nil
	}
	return nil, lostError(ctx, nil, nil, nil)
}

func successes(outcomes []*Outcome) []*Outcome {
	var ok []*Outcome
	for _, outcome := range outcomes {
		if outcome.OK() {
			ok = append(ok, outcome)
		}
	}
	return ok
}

// orNil keeps a nil *Error from becoming an error that is not nil.
func orNil(err *Error) error {
	if err == nil {
		return nil
	}
	return err
}

func (c *Client) run(ctx context.Context, settings settings, mode Mode, calls []Call) (*Answer,
	*Error) {
	gather, wrong := settings.prepare(ctx, mode, calls)
	if wrong != nil {
		return nil, wrong
	}
	var trailer metadata.MD
	options := append([]grpc.CallOption{grpc.Trailer(&trailer)}, c.options...)
	response, err := c.stub.Gather(ctx, gather.request, options...)
	if err != nil || len(response.Outcomes) != len(calls) {
		lost := lostError(ctx, err, trailer, calls)
		return gather.lost(lost), lost
	}
	return gather.read(response)
}

// lost accounts for sub-calls of which no answer tells.
func (p *prepared) lost(err *Error) *Answer {
	answer := &Answer{}
	for i, call := range p.calls {
		outcome := lostOutcome(err, true, uint32(i), call)
		call.tell(outcome)
		answer.Outcomes = append(answer.Outcomes, outcome)
	}
	return answer
}

func (p *prepared) read(response *gatherpb.GatherResponse) (*Answer, *Error) {
	ledger := newLedger(p.request.Policy)
	answer := &Answer{Summary: response.Summary}
	for i, wire := range response.Outcomes {
		outcome, unreadable := p.calls[i].read(wire)
		ledger.note(outcome, p.calls[i].requirement(), unreadable)
		answer.Outcomes = append(answer.Outcomes, outcome)
	}
	decision := ledger.correct(response.Decision, response.Summary)
	answer.Verdict = Verdict(decision.GetVerdict())
	answer.DecidedBy = decidedBy(decision)
	return answer, ledger.failure(decision, response.Summary.GetGatherId())
}
