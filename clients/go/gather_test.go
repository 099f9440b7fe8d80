package gather_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"gather"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/wrapperspb"
)

func TestEachReplyIsFilledInItsPlace(t *testing.T) {
	one, two := new(wrapperspb.StringValue), new(wrapperspb.StringValue)
	if err := gather.Do(soon(t), client, echo("one", one), echo("two", two)); err != nil {
		t.Fatal(err)
	}
	expect(t, "replies", one.Value+" "+two.Value, "one two")
}

// semantics 2
func TestNoCallsAreSatisfiedAtOnce(t *testing.T) {
	if err := gather.Do(soon(t), client); err != nil {
		t.Fatal(err)
	}
}

// semantics 10
func TestFirstFailureCancelsTheRestAndIsTheError(t *testing.T) {
	before := calm(t, "cancelled")
	ok := new(wrapperspb.StringValue)
	err := gather.Do(soon(t), client, echo("fine", ok), told("hang=1"),
		told("code=5,message=no such user,delay-ms=300", gather.ID("user")))
	expect(t, "code", status.Code(err), codes.NotFound)
	expect(t, "finished reply", ok.Value, "fine")
	expect(t, "error", err,
		`gather: NotFound: sub-call 2 "user" (b /test.Echo/Call): no such user`)
	var failed *gather.Error
	if !errors.As(err, &failed) {
		t.Fatalf("%v is no *gather.Error", err)
	}
	expect(t, "reason", failed.Reason, "SUB_CALL_FAILED")
	expect(t, "decided by", *failed.DecidedBy, 2)
	expect(t, "failures", len(failed.Failures), 1)
	var failure *gather.SubCallError
	if !errors.As(err, &failure) {
		t.Fatalf("%v holds no *gather.SubCallError", err)
	}
	expect(t, "failure", failure.Index, 2)
	expect(t, "origin", failure.Origin, gather.OriginBackend)
	expect(t, "delivery", failure.Delivery, gather.DeliveryAnswered)
	await(t, "cancelled", func(now int) bool { return now >= before+1 })
}

// semantics 32
func TestEveryFailureIsCarriedInRequestOrder(t *testing.T) {
	_, err := gather.Any(soon(t), client,
		told("code=14,delay-ms=600"), told("code=5"), told("code=8,delay-ms=300"))
	var failed *gather.Error
	if !errors.As(err, &failed) {
		t.Fatalf("%v is no *gather.Error", err)
	}
	var seen []string
	for _, failure := range failed.Failures {
		seen = append(seen, failure.Code().String())
	}
	expect(t, "failures", seen, "[Unavailable NotFound ResourceExhausted]")
	expect(t, "code", status.Code(err), codes.NotFound)
	expect(t, "with", len(failed.With(codes.Unavailable, codes.ResourceExhausted)), 2)
	if !strings.HasSuffix(failed.Message, " (+2 more)") {
		t.Errorf("the message does not count the others: %s", failed.Message)
	}
}

func TestDetailsOfBackendsAreKept(t *testing.T) {
	// A Status of code 5 with one detail of type "x" and the bytes "y".
	details := "\x08\x05\x1a\x06\x0a\x01x\x12\x01y"
	answer, err := gather.Settled(soon(t), client,
		told("code=5", gather.Metadata("x-test-details-bin", details)))
	if err != nil {
		t.Fatal(err)
	}
	kept := status.Convert(answer.Outcomes[0].Err()).Proto().Details
	if len(kept) != 1 || kept[0].TypeUrl != "x" || string(kept[0].Value) != "y" {
		t.Errorf("saw %v", kept)
	}
}

func TestOptionalFailureIsToldAndFailsNobody(t *testing.T) {
	ok := new(wrapperspb.StringValue)
	var missing, none error
	err := gather.Do(soon(t), client, echo("fine", ok, gather.Optional(&none)),
		told("code=14,message=away", gather.Optional(&missing)))
	if err != nil || none != nil {
		t.Fatal(err, none)
	}
	expect(t, "optional error", status.Code(missing), codes.Unavailable)
}

// semantics 22
func TestSettledTellsFailuresAsOutcomes(t *testing.T) {
	ok := new(wrapperspb.StringValue)
	answer, err := gather.Settled(soon(t), client, echo("fine", ok), told("code=5"))
	if err != nil {
		t.Fatal(err)
	}
	expect(t, "dispositions", dispositions(answer.Outcomes), "SUCCEEDED FAILED")
	expect(t, "reply", answer.Outcomes[0].Reply == any(ok) && ok.Value == "fine", true)
	expect(t, "code", status.Code(answer.Outcomes[1].Err()), codes.NotFound)
	expect(t, "verdict", answer.Verdict, gather.VerdictSatisfied)
	expect(t, "summary", answer.Summary.Failed, 1)
}

func TestBoundOnFailuresFailsSettled(t *testing.T) {
	bounded := client.With(gather.WithPolicy(gather.CollectAtMost(0)))
	answer, err := gather.Settled(soon(t), bounded, told("hang=1"), told("code=5"))
	expect(t, "code", status.Code(err), codes.NotFound)
	expect(t, "dispositions", dispositions(answer.Outcomes), "CANCELLED FAILED")
	expect(t, "cause", answer.Outcomes[0].Cause, gather.CauseDecided)
}

func TestFirstSuccessWinsAnyAndFirstToEndWinsRace(t *testing.T) {
	won, err := gather.Any(soon(t), client, told("hang=1"), told("delay-ms=30"), told("code=5"))
	if err != nil {
		t.Fatal(err)
	}
	expect(t, "winner", won.Index, 1)
	expect(t, "reply", won.Reply.(*wrapperspb.StringValue).Value, "told")
	_, err = gather.Race(soon(t), client, told("hang=1"), told("code=5"))
	expect(t, "race", status.Code(err), codes.NotFound)
}

func TestQuorumReturnsThoseThatSucceeded(t *testing.T) {
	enough, err := gather.Quorum(soon(t), client, 2,
		told("hang=1"), told("delay-ms=1"), told("code=5"), told("delay-ms=2"))
	if err != nil {
		t.Fatal(err)
	}
	expect(t, "winners", []int{enough[0].Index, enough[1].Index}, "[1 3]")
	_, err = gather.Quorum(soon(t), client, 2, told("hang=1"), told("code=5"))
	expect(t, "out of reach", status.Code(err), codes.NotFound)
}

// semantics 51
func TestCancelledContextCancelsAtTheBackend(t *testing.T) {
	ctx, cancel := context.WithCancel(soon(t))
	before := calm(t, "cancelled")
	go func() {
		await(t, "in_flight", func(now int) bool { return now >= 2 })
		cancel()
	}()
	answer, err := gather.Settled(ctx, client, told("hang=1"), told("hang=1"))
	if !errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("saw %v", err)
	}
	expect(t, "code", status.Code(err), codes.Canceled)
	expect(t, "dispositions", dispositions(answer.Outcomes), "CANCELLED CANCELLED")
	expect(t, "cause", answer.Outcomes[0].Cause, gather.CauseCaller)
	await(t, "cancelled", func(now int) bool { return now >= before+2 })
}

// semantics 67
func TestTimeoutKeepsWhatHasFinished(t *testing.T) {
	ok := new(wrapperspb.StringValue)
	brief := client.With(gather.WithTimeout(800 * time.Millisecond))
	answer, err := gather.Settled(soon(t), brief, echo("fine", ok), told("hang=1"))
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("saw %v", err)
	}
	expect(t, "reason", err.(*gather.Error).Reason, "GATHER_DEADLINE")
	expect(t, "dispositions", dispositions(answer.Outcomes), "SUCCEEDED CANCELLED")
	expect(t, "reply", ok.Value, "fine")
}

func TestContextsDeadlineBoundsTheGather(t *testing.T) {
	ctx, cancel := context.WithTimeout(context.Background(), 200*time.Millisecond)
	defer cancel()
	answer, err := gather.Settled(ctx, client, told("hang=1"))
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("saw %v", err)
	}
	expect(t, "cause", answer.Outcomes[0].Cause, gather.CauseGatherDeadline)
}

func TestOwnTimeoutIsAFailureWithItsCause(t *testing.T) {
	err := gather.Do(soon(t), client, told("hang=1", gather.Timeout(20*time.Millisecond)))
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("saw %v", err)
	}
	expect(t, "cause", err.(*gather.Error).Failures[0].Cause, gather.CauseSubCallDeadline)
}

func TestRefusalTellsReasonAndSendsNothing(t *testing.T) {
	before := calm(t, "calls")
	unknown := gather.NewCall("nobody", echoMethod, wrapperspb.String(""), nil)
	err := gather.Do(soon(t), client, echo("fine", new(wrapperspb.StringValue)), unknown)
	expect(t, "code", status.Code(err), codes.NotFound)
	expect(t, "reason", err.(*gather.Error).Reason, "UNKNOWN_TARGET")
	expect(t, "message", err.(*gather.Error).Message, `calls[1].target: no target "nobody"`)
	expect(t, "calls sent", stat(t, "calls")-before, 0)
}

func TestWrongDescriptionsAreRefusedBeforeAnythingIsSent(t *testing.T) {
	for _, wrong := range []struct{ err, reason error }{
		{gather.Do(soon(t), client, gather.NewCall("a", echoMethod, 7, nil)),
			errors.New("MALFORMED calls[0].request: a int is neither a proto.Message nor a []byte")},
		{gather.Do(soon(t), client, gather.NewCall("a", echoMethod, []byte{}, "here")),
			errors.New("MALFORMED calls[0].reply: a string is neither a proto.Message nor a *[]byte")},
		{gather.Do(soon(t), client, told("hang=1", gather.Timeout(0))),
			errors.New("BAD_TIMEOUT calls[0].timeout: a timeout is positive, not 0s")},
		{gather.Do(soon(t), client.With(gather.WithTimeout(0))),
			errors.New("BAD_TIMEOUT timeout: a timeout is positive, not 0s")},
		{gather.Do(soon(t), client.With(gather.WithPolicy(gather.Policy{Mode: gather.ModeAny}))),
			errors.New("BAD_POLICY policy: Do takes FAIL_FAST and PROPAGATE, not ANY")},
		{gather.Do(soon(t), client, gather.Call{}), errors.New("MALFORMED calls[0]: an empty Call")},
	} {
		refused := wrong.err.(*gather.Error)
		expect(t, "refusal", refused.Reason+" "+refused.Message, wrong.reason)
		expect(t, "code", refused.Code, codes.InvalidArgument)
	}
}

func TestServerThatIsNotThereIsUnavailable(t *testing.T) {
	nowhere := connect("127.0.0.1:1")
	defer nowhere.Close()
	answer, err := gather.Settled(soon(t), gather.NewClient(nowhere), told("hang=1"))
	expect(t, "code", status.Code(err), codes.Unavailable)
	expect(t, "origin", answer.Outcomes[0].Origin, gather.OriginTransport)
}

func TestFallbackThatCannotBeReadEitherLeavesTheFailure(t *testing.T) {
	answer, err := gather.Settled(soon(t), client,
		gather.NewCall("a", echoMethod, []byte{0xff}, new(wrapperspb.StringValue),
			gather.Fallback([]byte{0xff}, codes.Internal)))
	if err != nil {
		t.Fatal(err)
	}
	expect(t, "dispositions", dispositions(answer.Outcomes), "FAILED")
	expect(t, "from fallback", answer.Outcomes[0].FromFallback, false)
}

func TestAnswersMayBeLargerThanGRPCsDefault(t *testing.T) {
	var large []byte
	call := gather.NewCall("a", echoMethod, []byte{}, &large,
		gather.Metadata("x-test-reply-bytes", "5000000"))
	if err := gather.Do(soon(t), client, call); err != nil {
		t.Fatal(err)
	}
	expect(t, "bytes", len(large), 5000000)
}

func TestUnreadableReplyIsAFailure(t *testing.T) {
	none := new(wrapperspb.StringValue)
	garbage := func(options ...gather.CallOption) gather.Call {
		return gather.NewCall("a", echoMethod, []byte{0xff}, none, options...)
	}
	err := gather.Do(soon(t), client, garbage())
	expect(t, "code", status.Code(err), codes.Internal)
	expect(t, "origin", err.(*gather.Error).Failures[0].Origin, gather.OriginOrchestrator)
	expect(t, "delivery", err.(*gather.Error).Failures[0].Delivery, gather.DeliveryAnswered)

	ok := new(wrapperspb.StringValue)
	won, err := gather.Any(soon(t), client, garbage(), told("delay-ms=1000"))
	if err == nil {
		t.Errorf("garbage won: %v", won)
	}
	answer, err := gather.Settled(soon(t), client, garbage(), echo("fine", ok))
	if err != nil {
		t.Fatal(err)
	}
	expect(t, "dispositions", dispositions(answer.Outcomes), "FAILED SUCCEEDED")
	expect(t, "summary", answer.Summary.Failed, 1)

	answer, err = gather.Settled(soon(t), client,
		garbage(gather.Fallback(wrapperspb.String("instead"), codes.Internal)))
	if err != nil {
		t.Fatal(err)
	}
	expect(t, "fallback", none.Value, "instead")
	expect(t, "replaced", status.Code(answer.Outcomes[0].Replaced()), codes.Internal)
}

// semantics 74
func TestFallbackStandsInForAFailure(t *testing.T) {
	answer, err := gather.Settled(soon(t), client,
		told("code=5", gather.Fallback(wrapperspb.String("instead"), codes.NotFound)))
	if err != nil {
		t.Fatal(err)
	}
	expect(t, "reply", answer.Outcomes[0].Reply.(*wrapperspb.StringValue).Value, "instead")
	expect(t, "from fallback", answer.Outcomes[0].FromFallback, true)
	expect(t, "replaced", status.Code(answer.Outcomes[0].Replaced()), codes.NotFound)
}

func TestStreamedRepliesAreCollected(t *testing.T) {
	var bytes [][]byte
	var messages []*wrapperspb.StringValue
	err := gather.Do(soon(t), client,
		gather.NewRawStreamCall("a", echoMethod, []byte{}, &bytes,
			gather.Metadata("x-test-messages", "3"), gather.Metadata("x-test-numbered", "1")),
		gather.NewStreamCall("a", echoMethod, wrapperspb.String("twice"), &messages,
			gather.Metadata("x-test-messages", "2")))
	if err != nil {
		t.Fatal(err)
	}
	expect(t, "bytes", string(bytes[0])+string(bytes[1])+string(bytes[2]), "012")
	expect(t, "messages", len(messages), 2)
	expect(t, "message", messages[1].Value, "twice")
}

func TestDefaultsHoldForCallsThatDoNotSayOtherwise(t *testing.T) {
	impatient := client.With(gather.WithDefaults(
		gather.Timeout(20*time.Millisecond), gather.Metadata("x-test-hang", "1")))
	err := gather.Do(soon(t), impatient, echo("", new(wrapperspb.StringValue)))
	expect(t, "code", status.Code(err), codes.DeadlineExceeded)
}

func TestCapabilitiesNameTheTargets(t *testing.T) {
	capabilities, err := client.Capabilities(soon(t))
	if err != nil {
		t.Fatal(err)
	}
	expect(t, "targets", len(capabilities.Targets), 3)
}

func TestErrorAsStatusStaysSmall(t *testing.T) {
	var calls []gather.Call
	for i := 0; i < 200; i++ {
		calls = append(calls, told("code=5,message="+strings.Repeat("m", 100)))
	}
	_, err := gather.Any(soon(t), client, calls...)
	expect(t, "failures", len(err.(*gather.Error).Failures), 200)
	detail := status.Convert(err).Proto()
	if len(detail.Message) > 512 || len(detail.Details) != 1 {
		t.Errorf("too large for a trailer: %v", detail)
	}
}
