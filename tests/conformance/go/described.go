package main

import (
	"encoding/base64"
	"fmt"
	"sort"
	"strings"
	"time"

	"gather"

	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/types/known/wrapperspb"
)

var modes = map[string]gather.Mode{
	"":          0,
	"FAIL_FAST": gather.ModeFailFast,
	"COLLECT":   gather.ModeCollect,
	"PROPAGATE": gather.ModePropagate,
	"ANY":       gather.ModeAny,
	"RACE":      gather.ModeRace,
	"QUORUM":    gather.ModeQuorum,
}

func describeOptions(from options) []gather.Option {
	described := []gather.Option{
		gather.WithPolicy(gather.Policy{
			Mode:         modes[from.Mode],
			MinSuccesses: from.MinSuccesses,
			MaxFailures:  from.MaxFailures,
		}),
		gather.WithMaxConcurrency(from.MaxConcurrency),
		gather.WithLabel(from.Label),
		gather.WithDefaults(describeMore(from.Defaults)...),
	}
	if from.TimeoutMS != nil {
		described = append(described, gather.WithTimeout(milliseconds(*from.TimeoutMS)))
	}
	return described
}

func milliseconds(count int) time.Duration { return time.Duration(count) * time.Millisecond }

// A describedCall has the place of its reply at hand.
type describedCall struct {
	gather.Call
	optional error
	reply    wrapperspb.StringValue
	replies  []*wrapperspb.StringValue
	stream   bool
}

func describeAll(calls []call) (described []*describedCall) {
	for _, from := range calls {
		described = append(described, repeated(from)...)
	}
	return described
}

func repeated(from call) (described []*describedCall) {
	described = append(described, describe(from))
	for i := 1; i < from.Repeat; i++ {
		described = append(described, describe(from))
	}
	return described
}

func describe(from call) *describedCall {
	described := &describedCall{stream: from.ServerStreaming}
	text := from.Request
	if from.RequestFill > 0 {
		text = strings.Repeat("x", from.RequestFill)
	}
	request := wrapperspb.String(text)
	more := describeMore(from)
	if from.Requirement == "OPTIONAL" {
		more = append(more, gather.Optional(&described.optional))
	}
	if from.ServerStreaming {
		described.Call = gather.NewStreamCall(
			from.Target, from.Method, request, &described.replies, more...)
	} else {
		described.Call = gather.NewCall(
			from.Target, from.Method, request, &described.reply, more...)
	}
	return described
}

func describeMore(from call) (more []gather.CallOption) {
	if from.ID != "" {
		more = append(more, gather.ID(from.ID))
	}
	if from.TimeoutMS != nil {
		more = append(more, gather.Timeout(milliseconds(*from.TimeoutMS)))
	}
	if from.Requirement == "REQUIRED" {
		more = append(more, gather.Required())
	}
	if from.Fallback != nil {
		var on []codes.Code
		for _, name := range from.Fallback.Codes {
			on = append(on, codeNamed(name))
		}
		more = append(more, gather.Fallback(wrapperspb.String(from.Fallback.Reply), on...))
	}
	if from.Shielded {
		more = append(more, gather.Shielded())
	}
	if from.Idempotent {
		more = append(more, gather.Idempotent())
	}
	return append(more, describeMetadata(from.Metadata)...)
}

func describeMetadata(from map[string]string) (more []gather.CallOption) {
	var keys []string
	for key := range from {
		keys = append(keys, key)
	}
	sort.Strings(keys)
	for _, key := range keys {
		value := from[key]
		if strings.HasSuffix(key, "-bin") {
			bytes, err := base64.StdEncoding.DecodeString(value)
			if err != nil {
				panic(err)
			}
			value = string(bytes)
		}
		more = append(more, gather.Metadata(key, value))
	}
	return more
}

// codeNamed takes NOT_FOUND as it takes 5.
func codeNamed(name string) codes.Code {
	var code codes.Code
	if err := code.UnmarshalJSON([]byte(fmt.Sprintf("%q", name))); err != nil {
		panic(err)
	}
	return code
}
