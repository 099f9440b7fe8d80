package gather

import (
	"strconv"

	"gather/gatherpb"

	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/anypb"
)

func (c *Call) requirement() gatherpb.Requirement { return c.wire.Requirement }

// tell hands an optional call's error to who asked for it.
func (c *Call) tell(outcome *Outcome) {
	if c.optional != nil {
		*c.optional = outcome.Err()
	}
}

// read makes the outcome of what came. A reply that is no message of the expected type is a
// failure, or gives way to the call's fallback.
func (c *Call) read(wire *gatherpb.Outcome) (outcome *Outcome, unreadable bool) {
	outcome = newOutcome(wire, c.wire)
	defer c.tell(outcome)
	if !outcome.OK() {
		return outcome, false
	}
	reply, err := c.decode(wire)
	if err == nil {
		outcome.Reply = reply
		return outcome, false
	}
	outcome.status = unreadableReply(outcome)
	outcome.Origin = OriginOrchestrator
	outcome.Delivery = DeliveryAnswered
	if !wire.FromFallback && c.fallsBackOn(codes.Internal) {
		instead := &gatherpb.Outcome{Response: c.wire.Fallback.Response}
		if c.wire.GetServerStreaming() {
			instead = &gatherpb.Outcome{Responses: [][]byte{c.wire.Fallback.Response}}
		}
		if outcome.Reply, err = c.decode(instead); err == nil {
			outcome.FromFallback = true
			return outcome, false
		}
	}
	outcome.Disposition = DispositionFailed
	outcome.FromFallback = false
	outcome.Reply = nil
	return outcome, true
}

func (c *Call) fallsBackOn(code codes.Code) bool {
	if c.wire.Fallback == nil {
		return false
	}
	for _, matching := range c.wire.Fallback.Codes {
		if matching == int32(code) {
			return true
		}
	}
	return len(c.wire.Fallback.Codes) == 0
}

func unreadableReply(o *Outcome) *gatherpb.Status {
	info := &gatherpb.ErrorInfo{Reason: "BACKEND_PROTOCOL", Metadata: names(o)}
	return &gatherpb.Status{
		Code:    int32(codes.Internal),
		Message: "the reply does not parse as the expected message",
		Details: []*anypb.Any{packErrorInfo(info)},
	}
}

func names(o *Outcome) map[string]string {
	return map[string]string{
		"index": strconv.Itoa(o.Index), "id": o.ID, "target": o.Target, "method": o.Method,
	}
}

func decidedBy(decision *gatherpb.Decision) *int {
	if decision == nil || decision.DecidedBy == nil {
		return nil
	}
	return intPointer(*decision.DecidedBy)
}

// lostOutcome tells what is known of a sub-call whose gather was refused, cancelled or lost.
// DeliveryNeverSent only where that is sure; sent: the sub-call was on its way.
func lostOutcome(lost *Error, sent bool, index uint32, call Call) *Outcome {
	wire := &gatherpb.Outcome{
		Index:    index,
		Id:       idOf(call.wire, index),
		Status:   fromStatus(lost.status),
		Origin:   gatherpb.Origin_ORIGIN_ORCHESTRATOR,
		Delivery: gatherpb.Delivery_DELIVERY_EFFECT_UNKNOWN,
	}
	stopped := gatherpb.Disposition_DISPOSITION_CANCELLED
	if !sent {
		wire.Delivery = gatherpb.Delivery_DELIVERY_NEVER_SENT
		stopped = gatherpb.Disposition_DISPOSITION_NOT_STARTED
	}
	switch {
	case lost.isRefusal():
		wire.Disposition = gatherpb.Disposition_DISPOSITION_REJECTED
		wire.Delivery = gatherpb.Delivery_DELIVERY_NEVER_SENT
	case lost.Code == codes.Canceled && lost.cause != nil:
		wire.Disposition, wire.Cause = stopped, gatherpb.Cause_CAUSE_CALLER
	case lost.Code == codes.DeadlineExceeded:
		wire.Disposition, wire.Cause = stopped, gatherpb.Cause_CAUSE_GATHER_DEADLINE
	default:
		wire.Disposition = gatherpb.Disposition_DISPOSITION_FAILED
		wire.Origin = gatherpb.Origin_ORIGIN_TRANSPORT
	}
	if wire.Disposition == gatherpb.Disposition_DISPOSITION_CANCELLED && call.wire.GetShielded() {
		// What has started of it runs on.
		wire.Disposition = gatherpb.Disposition_DISPOSITION_DETACHED
		wire.Cause = gatherpb.Cause_CAUSE_UNSPECIFIED
	}
	return newOutcome(wire, call.wire)
}

func idOf(call *gatherpb.SubCall, index uint32) string {
	if call.Id != "" {
		return call.Id
	}
	return strconv.FormatUint(uint64(index), 10)
}

// clone keeps what was told from changing with what is corrected.
func clone(decision *gatherpb.Decision) *gatherpb.Decision {
	if decision == nil {
		return &gatherpb.Decision{}
	}
	return proto.Clone(decision).(*gatherpb.Decision)
}
