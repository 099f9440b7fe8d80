package gather

import (
	"context"
	"errors"
	"io"

	"gather/gatherpb"

	"google.golang.org/grpc/metadata"
)

// Completions gives outcomes in the order in which sub-calls end. It is not for two goroutines at
// once.
//
//	completions := gather.AsCompleted(ctx, client, calls...)
//	defer completions.Close()
//	for completions.Next() {
//		show(completions.Outcome())
//	}
//	return completions.Err()
type Completions struct {
	cancel   context.CancelFunc
	ctx      context.Context
	gather   *prepared
	ledger   *ledger
	stream   gatherpb.GatherService_AsCompletedClient
	seen     []bool
	unseen   []*Outcome // of a lost gather, still to be given
	current  *Outcome
	summary  *gatherpb.Summary
	decision *gatherpb.Decision
	err      *Error
	ended    bool
}

// AsCompleted runs the calls at once, and gives each outcome as soon as it is there. Failures are
// outcomes like others and cancel nobody.
func AsCompleted(ctx context.Context, client *Client, calls ...Call) *Completions {
	result := &Completions{}
	result.gather, result.err = client.settings.prepare(ctx, ModeCollect, calls)
	if result.err != nil {
		result.ended = true
		return result
	}
	result.ctx = ctx
	result.ledger = newLedger(result.gather.request.Policy)
	result.seen = make([]bool, len(calls))
	var streaming context.Context
	streaming, result.cancel = context.WithCancel(ctx)
	var err error
	result.stream, err = client.stub.AsCompleted(streaming, result.gather.request, client.options...)
	if err != nil {
		result.end(err)
	}
	return result
}

// Next waits for the next outcome. It returns false after the last one, and after Close. Every
// sub-call has one, of a gather that was lost, too.
func (c *Completions) Next() bool {
	for {
		if len(c.unseen) > 0 {
			c.current, c.unseen = c.unseen[0], c.unseen[1:]
			return true
		}
		if c.ended {
			c.current = nil
			return false
		}
		event, err := c.stream.Recv()
		if err != nil {
			c.end(err)
			continue
		}
		if summary := event.GetSummary(); summary != nil {
			c.summary = summary
			continue
		}
		if wire := event.GetOutcome(); wire != nil && int(wire.Index) < len(c.seen) {
			c.take(wire)
			return true
		}
	}
}

// Outcome is what Next found; nil before the first Next and after the last.
func (c *Completions) Outcome() *Outcome { return c.current }

// All is for Go 1.23 and later: for outcome := range completions.All(). Leaving the loop closes.
func (c *Completions) All() func(yield func(*Outcome) bool) {
	return func(yield func(*Outcome) bool) {
		defer c.Close()
		for c.Next() {
			if !yield(c.current) {
				return
			}
		}
	}
}

// Err is how the gather as a whole ended, once Next has returned false: nil if it was satisfied.
// After an early Close there is no verdict, and no error.
func (c *Completions) Err() error { return orNil(c.err) }

// Verdict, like DecidedBy and Summary, is told once Next has returned false; 0 where no answer came.
func (c *Completions) Verdict() Verdict { return Verdict(c.decision.GetVerdict()) }

// DecidedBy is the index of the sub-call whose end fixed the verdict; nil where none did.
func (c *Completions) DecidedBy() *int { return decidedBy(c.decision) }

// Summary is the gather in numbers; nil where no answer came.
func (c *Completions) Summary() *gatherpb.Summary { return c.summary }

// Close cancels what has not ended. It does nothing after the end, and any number of times.
func (c *Completions) Close() {
	if c.cancel != nil {
		c.cancel()
	}
	c.ended = true
	c.unseen = nil
}

func (c *Completions) take(wire *gatherpb.Outcome) {
	call := c.gather.calls[wire.Index]
	outcome, unreadable := call.read(wire)
	c.ledger.note(outcome, call.requirement(), unreadable)
	c.seen[wire.Index] = true
	c.current = outcome
}

func (c *Completions) end(rpc error) {
	c.cancel()
	c.ended = true
	if errors.Is(rpc, io.EOF) {
		rpc = nil
	}
	if rpc == nil && c.summary != nil {
		c.decision = c.ledger.correct(c.summary.Decision, c.summary)
		c.err = c.ledger.failure(c.decision, c.summary.GatherId)
		return
	}
	var trailer metadata.MD
	if c.stream != nil {
		trailer = c.stream.Trailer()
	}
	lost := lostError(c.ctx, rpc, trailer, c.gather.calls)
	lost.Failures, lost.TotalFailures = c.ledger.listed(), c.ledger.total
	c.err = lost
	for i, call := range c.gather.calls {
		if !c.seen[i] {
			outcome := lostOutcome(lost, true, uint32(i), call)
			call.tell(outcome)
			c.unseen = append(c.unseen, outcome)
		}
	}
}
