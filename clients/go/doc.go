// Package gather runs many gRPC calls as one, through a gatherd.
//
//	user, posts := new(demo.User), new(demo.PostList)
//	err := gather.Do(ctx, client,
//		gather.NewCall("users", "/demo.Users/GetUser", &demo.GetUserRequest{Name: "ada"}, user),
//		gather.NewCall("posts", "/demo.Posts/List", &demo.ListRequest{Author: "ada"}, posts))
//
// The calls run at once. When one fails, the others are cancelled and awaited, and err says so: it
// is an *Error, which holds every failure and works with errors.Is, errors.As and status.Code.
//
// Do is for when every reply is needed; Settled for when a failure is a value like any other; Any
// for the first success of several replicas, Race for the first to end, Quorum for k of n;
// AsCompleted for having each outcome as it comes; Group for adding calls while others run.
// Client.With says how: timeouts, limits, policies.
//
// Cancelling the context cancels every call that has not ended, at its backend, too. The context's
// deadline bounds a gather, a little less than it, so that the answer with all that has finished is
// in time.
package gather
