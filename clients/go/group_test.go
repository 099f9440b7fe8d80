package gather_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"

	"gather"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/wrapperspb"
)

// semantics 42, 43
func TestGroupGrowsInReactionToOutcomes(t *testing.T) {
	group := gather.NewGroup(soon(t), client)
	var ended int32
	var grow func(depth int)
	grow = func(depth int) {
		group.Go(told("delay-ms=1"), func(outcome *gather.Outcome) {
			atomic.AddInt32(&ended, 1)
			if depth > 1 {
				grow(depth - 1)
				grow(depth - 1)
			}
		})
	}
	grow(4)
	if err := group.Wait(); err != nil {
		t.Fatal(err)
	}
	expect(t, "ended", ended, 15)
	expect(t, "summary", group.Summary().Succeeded, 15)
	expect(t, "verdict", group.Verdict(), gather.VerdictSatisfied)
}

func TestGroupWithoutCallsIsSatisfied(t *testing.T) {
	if err := gather.NewGroup(soon(t), client).Wait(); err != nil {
		t.Fatal(err)
	}
}

// semantics 44
func TestFailureEndsTheGroup(t *testing.T) {
	group := gather.NewGroup(soon(t), client)
	hanging := group.Go(told("hang=1"))
	failing := group.Go(told("code=5", gather.ID("user")))
	err := group.Wait()
	expect(t, "error", err, `gather: NotFound: sub-call 1 "user" (b /test.Echo/Call): `)
	expect(t, "sibling", hanging.Outcome().Cause, gather.CauseSiblingFailed)
	expect(t, "caused by", *hanging.Outcome().CausedBy, 1)
	expect(t, "failing", status.Code(failing.Outcome().Err()), codes.NotFound)

	late := group.Go(told("hang=1")).Outcome()
	expect(t, "late", late.Disposition, gather.DispositionNotStarted)
	expect(t, "late", late.Cause, gather.CauseSiblingFailed)
	expect(t, "again", group.Wait(), err)
}

// semantics 46
func TestOneTaskIsCancelledAloneAndTheGroupGoesOn(t *testing.T) {
	group := gather.NewGroup(soon(t), client)
	one := group.Go(told("hang=1"))
	one.Cancel()
	<-one.Done()
	expect(t, "cause", one.Outcome().Cause, gather.CauseOwnHandle)
	two := group.Go(told("delay-ms=1"))
	if err := group.Wait(); err != nil || !two.Outcome().OK() {
		t.Fatal(err)
	}
}

// semantics 45
func TestGroupEndedEarlyIsSatisfiedWithWhatItHas(t *testing.T) {
	group := gather.NewGroup(soon(t), client)
	done := group.Go(told("delay-ms=1"))
	open := group.Go(told("hang=1"))
	done.Outcome()
	group.EndEarly()
	if err := group.Wait(); err != nil {
		t.Fatal(err)
	}
	expect(t, "open", open.Outcome().Cause, gather.CauseGroupEnded)
}

func TestQuorumIsJudgedOnceJoined(t *testing.T) {
	policy := gather.WithPolicy(gather.Policy{Mode: gather.ModeQuorum, MinSuccesses: 2})
	group := gather.NewGroup(soon(t), client.With(policy))
	group.Go(told("hang=1"))
	group.Go(told("code=5"))
	group.Join()
	expect(t, "code", status.Code(group.Wait()), codes.NotFound)
	late := group.Go(told("hang=1")).Outcome()
	expect(t, "late", late.Disposition, gather.DispositionNotStarted)
}

// semantics 47
func TestEndOfTheContextCancelsTheGroup(t *testing.T) {
	ctx, cancel := context.WithCancel(soon(t))
	before := calm(t, "cancelled")
	group := gather.NewGroup(ctx, client)
	task := group.Go(told("hang=1"))
	await(t, "in_flight", func(now int) bool { return now >= 1 })
	cancel()
	err := group.Wait()
	if !errors.Is(err, context.Canceled) {
		t.Errorf("saw %v", err)
	}
	expect(t, "task", task.Outcome().Disposition, gather.DispositionCancelled)
	expect(t, "cause", task.Outcome().Cause, gather.CauseCaller)
	await(t, "cancelled", func(now int) bool { return now >= before+1 })
}

func TestWrongCallIsItsTasksOutcomeAndAFailure(t *testing.T) {
	group := gather.NewGroup(soon(t), client)
	task := group.Go(gather.NewCall("a", echoMethod, 7, nil, gather.ID("seven")))
	err := group.Wait()
	expect(t, "code", status.Code(err), codes.InvalidArgument)
	expect(t, "task", task.Outcome().Disposition, gather.DispositionRejected)
	expect(t, "message", status.Convert(task.Outcome().Err()).Message(),
		"request: a int is neither a proto.Message nor a []byte")
}

func TestUnreadableReplyEndsTheGroup(t *testing.T) {
	group := gather.NewGroup(soon(t), client)
	hanging := group.Go(told("hang=1"))
	group.Go(gather.NewCall("a", echoMethod, []byte{0xff}, new(wrapperspb.StringValue)))
	expect(t, "code", status.Code(group.Wait()), codes.Internal)
	expect(t, "sibling", hanging.Outcome().Cause, gather.CauseSiblingFailed)
}

func TestIDsMayBeUsedAgainOnceTheirSubCallHasEnded(t *testing.T) {
	group := gather.NewGroup(soon(t), client)
	expect(t, "first", group.Go(told("delay-ms=1", gather.ID("x"))).Outcome().OK(), true)
	expect(t, "second", group.Go(told("delay-ms=1", gather.ID("x"))).Outcome().OK(), true)
	group.Go(told("hang=1", gather.ID("x")))
	twice := group.Go(told("hang=1", gather.ID("x")))
	expect(t, "code", status.Code(group.Wait()), codes.InvalidArgument)
	expect(t, "twice", twice.Outcome().Disposition, gather.DispositionRejected)
}

func TestRefusedGroupIsToldByWaitAndTasks(t *testing.T) {
	policy := gather.WithPolicy(gather.Policy{Mode: gather.Mode(99)})
	group := gather.NewGroup(soon(t), client.With(policy))
	task := group.Go(told("hang=1"))
	err := group.Wait()
	expect(t, "reason", err.(*gather.Error).Reason, "BAD_POLICY")
	expect(t, "task", task.Outcome().Disposition, gather.DispositionRejected)
	expect(t, "delivery", task.Outcome().Delivery, gather.DeliveryNeverSent)
}

func TestKilledServerFailsWhatHadNotEnded(t *testing.T) {
	gatherd, err := startGatherd(backend.address)
	if err != nil {
		t.Fatal(err)
	}
	connection := connect(gatherd.address)
	defer connection.Close()
	group := gather.NewGroup(soon(t), gather.NewClient(connection))
	done := group.Go(told("delay-ms=1"))
	open := group.Go(told("hang=1"))
	done.Outcome()
	gatherd.stop()
	expect(t, "code", status.Code(group.Wait()), codes.Unavailable)
	expect(t, "done", done.Outcome().OK(), true)
	expect(t, "open", open.Outcome().Origin, gather.OriginTransport)
	expect(t, "open", open.Outcome().Delivery, gather.DeliveryEffectUnknown)
}
