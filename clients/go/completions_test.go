package gather_test

import (
	"context"
	"errors"
	"testing"

	"gather"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// semantics 38
func TestOutcomesComeInTheOrderInWhichCallsEnd(t *testing.T) {
	completions := gather.AsCompleted(soon(t), client,
		told("delay-ms=600"), told("code=5"), told("delay-ms=300"))
	defer completions.Close()
	var order []int
	for completions.Next() {
		order = append(order, completions.Outcome().Index)
	}
	if err := completions.Err(); err != nil {
		t.Fatal(err)
	}
	expect(t, "order", order, "[1 2 0]")
	expect(t, "verdict", completions.Verdict(), gather.VerdictSatisfied)
	expect(t, "summary", completions.Summary().Failed, 1)
}

// semantics 39
func TestCancelledSiblingsFollowAFailure(t *testing.T) {
	failFast := client.With(gather.WithPolicy(gather.Policy{Mode: gather.ModeFailFast}))
	completions := gather.AsCompleted(soon(t), failFast, told("hang=1"), told("code=5"))
	var seen []*gather.Outcome
	completions.All()(func(outcome *gather.Outcome) bool {
		seen = append(seen, outcome)
		return true
	})
	expect(t, "dispositions", dispositions(seen), "FAILED CANCELLED")
	expect(t, "code", status.Code(completions.Err()), codes.NotFound)
	expect(t, "decided by", *completions.DecidedBy(), 1)
}

// semantics 40
func TestLeavingEarlyCancelsTheRest(t *testing.T) {
	before := calm(t, "cancelled")
	completions := gather.AsCompleted(soon(t), client, told("hang=1"), told("delay-ms=100"))
	completions.All()(func(outcome *gather.Outcome) bool { return false })
	expect(t, "more", completions.Next(), false)
	await(t, "cancelled", func(now int) bool { return now >= before+1 })
}

func TestCancelledContextLeavesAnOutcomeForEach(t *testing.T) {
	ctx, cancel := context.WithCancel(soon(t))
	defer cancel()
	completions := gather.AsCompleted(ctx, client, told("hang=1"), told("delay-ms=1"))
	var seen []*gather.Outcome
	for completions.Next() {
		seen = append(seen, completions.Outcome())
		cancel()
	}
	expect(t, "dispositions", dispositions(seen), "SUCCEEDED CANCELLED")
	if !errors.Is(completions.Err(), context.Canceled) {
		t.Errorf("saw %v", completions.Err())
	}
}

func TestRefusalIsTheErrorOfCompletions(t *testing.T) {
	completions := gather.AsCompleted(soon(t), client, told("hang=1", gather.Timeout(-1)))
	expect(t, "next", completions.Next(), false)
	expect(t, "reason", completions.Err().(*gather.Error).Reason, "BAD_TIMEOUT")
	completions.Close()
}
