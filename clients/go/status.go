package gather

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"gather/gatherpb"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/anypb"
)

const (
	domain       = "gather.v1"
	errorInfoURL = "type.googleapis.com/google.rpc.ErrorInfo"
	retryInfoURL = "type.googleapis.com/google.rpc.RetryInfo"

	// A status travels in trailers, which peers bound, at 8 KiB by default.
	maxMessageBytes = 512
)

func toStatus(wire *gatherpb.Status) *status.Status {
	result := status.New(codes.Code(wire.Code), wire.Message).Proto()
	result.Details = wire.Details
	return status.FromProto(result)
}

func fromStatus(s *status.Status) *gatherpb.Status {
	return &gatherpb.Status{
		Code: int32(s.Code()), Message: s.Message(), Details: s.Proto().GetDetails(),
	}
}

// unknownStatus is for an outcome that has none: nobody knows yet how it ends.
func unknownStatus(o *Outcome) *status.Status {
	if o.Disposition == DispositionDetached {
		return status.New(codes.Unknown, "it was still running when the answer was given")
	}
	return status.New(codes.Unknown, fmt.Sprintf("it is %v, without a status", o.Disposition))
}

func boundedStatus(code codes.Code, message string, info *gatherpb.ErrorInfo) *status.Status {
	if len(message) > maxMessageBytes {
		message = cut(message, maxMessageBytes)
	}
	result := status.New(code, message).Proto()
	if info.GetReason() != "" {
		result.Details = append(result.Details, packErrorInfo(info))
	}
	return status.FromProto(result)
}

// cut leaves at most so many bytes, and no character in part.
func cut(text string, bytes int) string {
	end := 0
	for i := range text {
		if i > bytes {
			break
		}
		end = i
	}
	return text[:end]
}

func packErrorInfo(info *gatherpb.ErrorInfo) *anypb.Any {
	info.Domain = domain
	// Of strings that came in messages or were checked; it cannot fail.
	value, _ := proto.Marshal(info)
	return &anypb.Any{TypeUrl: errorInfoURL, Value: value}
}

// errorInfo is the one of our domain among the details; nil if there is none.
func errorInfo(details []*anypb.Any) *gatherpb.ErrorInfo {
	for _, detail := range details {
		info := &gatherpb.ErrorInfo{}
		if detail.TypeUrl != errorInfoURL || proto.Unmarshal(detail.Value, info) != nil {
			continue
		}
		if info.Domain == domain {
			return info
		}
	}
	return nil
}

// lostError is how a gather ended that brought no answer: refused, cancelled, or lost. The calls
// are those that a refusal may be about; ctx is the RPC's.
func lostError(ctx context.Context, rpc error, trailer metadata.MD, calls []Call) *Error {
	if rpc == nil {
		return newError(codes.Internal, "the answer ended before it was complete", nil)
	}
	received := status.Convert(rpc)
	details := received.Proto().GetDetails()
	message := received.Message()
	info := errorInfo(details)
	if message == "" && info != nil {
		message = describeRefusal(info, calls)
	}
	result := newError(received.Code(), message, info)
	result.RetryDelay = retryDelay(details)
	switch {
	case result.Code == codes.Canceled && errors.Is(ctx.Err(), context.Canceled):
		result = newError(codes.Canceled, "the caller cancelled the gather", nil)
		result.cause = context.Canceled
	case result.Code == codes.Canceled && len(trailer.Get("gather-id")) == 0:
		result = newError(codes.Unavailable,
			"the RPC was cancelled before gatherd answered it, as when a server shuts down", nil)
	case result.Code == codes.DeadlineExceeded:
		result.cause = context.DeadlineExceeded
	}
	return result
}

// describeRefusal makes a message of what the details tell. grpc-go takes a status's message from
// its details where there are any, and drops the one that came beside them.
func describeRefusal(info *gatherpb.ErrorInfo, calls []Call) string {
	what := "refused, " + info.Reason
	index, err := strconv.Atoi(info.Metadata["index"])
	if info.Reason == "UNKNOWN_TARGET" && err == nil && index < len(calls) {
		what = fmt.Sprintf("no target %q", calls[index].wire.Target)
	}
	if limit := info.Metadata["limit"]; limit != "" {
		what += fmt.Sprintf(" (the limit is %s)", limit)
	}
	if field := info.Metadata["field"]; field != "" {
		return field + ": " + what
	}
	return what
}

func retryDelay(details []*anypb.Any) time.Duration {
	for _, detail := range details {
		retry := &gatherpb.RetryInfo{}
		if detail.TypeUrl == retryInfoURL && proto.Unmarshal(detail.Value, retry) == nil {
			return retry.RetryDelay.AsDuration()
		}
	}
	return 0
}

// isRefusal says that nothing was sent to any backend.
func (e *Error) isRefusal() bool { return e.Verdict == 0 && e.Reason != "" && !e.breach }
