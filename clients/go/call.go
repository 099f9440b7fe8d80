package gather

import (
	"fmt"
	"time"

	"gather/gatherpb"

	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"
)

// A Call is a sub-call, described and not started: which method of which target to call, with what,
// where its reply goes, and how its failure counts. It is a plain value; what is wrong with a
// description is told by the gather that it is given to, before anything is sent.
//
// A call may be gathered more than once, but its reply has one place: not twice at the same time.
type Call struct {
	wire     *gatherpb.SubCall
	problem  *problem
	decode   func(*gatherpb.Outcome) (any, error)
	optional *error
}

// NewCall describes a call of a unary method. As for grpc.ClientConn.Invoke, reply is filled when
// the call succeeds, and left alone otherwise (but emptied where what came could not be read).
//
// Target is a name in the server's configuration, never an address; method is
// "/package.Service/Method". Request is a proto.Message, serialised here and now, or a []byte that
// holds a serialised one; reply a proto.Message, a *[]byte, or nil for who does not need it.
func NewCall(target, method string, request, reply any, options ...CallOption) Call {
	call := newCall(target, method, request)
	switch to := reply.(type) {
	case nil:
		call.decode = func(*gatherpb.Outcome) (any, error) { return nil, nil }
	case proto.Message:
		call.decode = func(o *gatherpb.Outcome) (any, error) {
			err := proto.Unmarshal(o.Response, to)
			if err != nil {
				proto.Reset(to)
			}
			return to, err
		}
	case *[]byte:
		call.decode = func(o *gatherpb.Outcome) (any, error) {
			*to = o.Response
			return o.Response, nil
		}
	default:
		what := fmt.Sprintf("a %T is neither a proto.Message nor a *[]byte", reply)
		call.fail(problem{reasonMalformed, "reply", what})
	}
	call.apply(options)
	return call
}

// NewStreamCall describes a call of a server-streaming method. When the stream has ended well,
// replies is set to all its messages, in their order.
func NewStreamCall[M proto.Message](target, method string, request any, replies *[]M,
	options ...CallOption) Call {
	call := newCall(target, method, request)
	call.wire.ServerStreaming = proto.Bool(true)
	call.decode = func(o *gatherpb.Outcome) (any, error) {
		read := make([]M, len(o.Responses))
		for i, bytes := range o.Responses {
			var none M
			read[i] = none.ProtoReflect().New().Interface().(M)
			if err := proto.Unmarshal(bytes, read[i]); err != nil {
				return nil, err
			}
		}
		*replies = read
		return read, nil
	}
	call.apply(options)
	return call
}

// NewRawStreamCall is NewStreamCall for messages that are left serialised.
func NewRawStreamCall(target, method string, request any, replies *[][]byte,
	options ...CallOption) Call {
	call := newCall(target, method, request)
	call.wire.ServerStreaming = proto.Bool(true)
	call.decode = func(o *gatherpb.Outcome) (any, error) {
		*replies = o.Responses
		return o.Responses, nil
	}
	call.apply(options)
	return call
}

func newCall(target, method string, request any) Call {
	call := Call{wire: &gatherpb.SubCall{Target: target, Method: method}}
	bytes, err := serialize(request)
	if err != nil {
		call.fail(problem{reasonMalformed, "request", err.Error()})
	}
	call.wire.Request = bytes
	return call
}

// serialize never returns nil for a message: an empty one is present, too.
func serialize(message any) ([]byte, error) {
	switch message := message.(type) {
	case []byte:
		return append([]byte{}, message...), nil
	case proto.Message:
		bytes, err := proto.Marshal(message)
		if bytes == nil {
			bytes = []byte{}
		}
		return bytes, err
	default:
		return nil, fmt.Errorf("a %T is neither a proto.Message nor a []byte", message)
	}
}

func (c *Call) fail(p problem) {
	if c.problem == nil {
		c.problem = &p
	}
}

func (c *Call) apply(options []CallOption) {
	for _, option := range options {
		option(c)
	}
}

// A CallOption says more of a call, or of all calls of a gather (WithDefaults).
type CallOption func(*Call)

// ID names the sub-call in its outcome and in messages; unique within a gather, at most 128
// printable bytes. Default: its index in decimal.
func ID(id string) CallOption {
	return func(c *Call) { c.wire.Id = id }
}

// Timeout gives the sub-call at most this long, from the gather's acceptance, waiting for its turn
// included. Positive. Default: the gather's own time.
func Timeout(timeout time.Duration) CallOption {
	return func(c *Call) {
		if wrong := checkTimeout(timeout); wrong != nil {
			c.fail(*wrong)
		}
		c.wire.Timeout = wireDuration(timeout)
	}
}

// Metadata adds an entry to what the backend receives as request metadata; values of keys that end
// in "-bin" may be any bytes. A key named here replaces the gather's default entries of that key.
func Metadata(key, value string) CallOption {
	return func(c *Call) {
		c.wire.Metadata = append(c.wire.Metadata, &gatherpb.Metadata{Key: key, Value: []byte(value)})
	}
}

// Idempotent states that the backend may see the call more than once without harm.
func Idempotent() CallOption {
	return func(c *Call) { c.wire.Idempotent = proto.Bool(true) }
}

// Fallback lets a sub-call that fails with one of these codes (none given: in any way) succeed with
// reply instead; its outcome then says FromFallback and keeps the failure. Reply is a proto.Message
// or a []byte.
func Fallback(reply any, on ...codes.Code) CallOption {
	return func(c *Call) {
		bytes, err := serialize(reply)
		if err != nil {
			c.fail(problem{reasonMalformed, "fallback", err.Error()})
		}
		c.wire.Fallback = &gatherpb.Fallback{Response: bytes}
		for _, code := range on {
			c.wire.Fallback.Codes = append(c.wire.Fallback.Codes, int32(code))
		}
	}
}

// Optional keeps the sub-call's failure from failing the gather and from cancelling anyone. Where
// err is not nil, *err is set to why there is no reply, or to nil if there is one.
func Optional(err *error) CallOption {
	return func(c *Call) {
		c.wire.Requirement = gatherpb.Requirement_REQUIREMENT_OPTIONAL
		c.optional = err
	}
}

// Required lets the sub-call's failure fail the gather in every mode.
func Required() CallOption {
	return func(c *Call) { c.wire.Requirement = gatherpb.Requirement_REQUIREMENT_REQUIRED }
}

// Shielded lets the sub-call, once it has started, outlive the gather's decision, cancel and
// deadline: its slot then says DispositionDetached, and it runs on until its own timeout, or the
// server's bound for such work (60 s). A later failure is logged and counted by the server.
func Shielded() CallOption {
	return func(c *Call) { c.wire.Shielded = proto.Bool(true) }
}

// defaults makes of options what holds for every call that does not say otherwise.
func defaults(options []CallOption) (*gatherpb.SubCall, *problem) {
	if len(options) == 0 {
		return nil, nil
	}
	call := Call{wire: &gatherpb.SubCall{}}
	call.apply(options)
	if call.optional != nil {
		what := "an optional call's error belongs to that call alone"
		call.fail(problem{reasonBadDefaults, "requirement", what})
	}
	return call.wire, call.problem
}
