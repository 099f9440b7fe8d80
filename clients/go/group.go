package gather

import (
	"context"
	"errors"
	"io"
	"sort"
	"sync"

	"gather/gatherpb"

	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"
)

// A group may live for days; an error holds as many failures as people read.
const maxGroupFailures = 100

// A Group is a gather that grows while it runs: sub-calls are added one by one, also in reaction to
// outcomes. As errgroup.Group.
//
//	group := gather.NewGroup(ctx, client)
//	group.Go(userCall)
//	group.Go(postsCall, func(posts *gather.Outcome) { … group.Go(more) … })
//	if err := group.Wait(); err != nil { … }
//
// A group that is not waited for runs until its context is done, so always call Wait. The context's
// end cancels it. Safe for concurrent use. Memory is that of the sub-calls that have not ended, not
// of all that ever were.
type Group struct {
	ctx    context.Context // the caller's
	rpc    context.Context // the stream's, which ends with it
	cancel context.CancelFunc
	policy *gatherpb.Policy
	ended  chan struct{} // closed when every task is done and err is set

	sending sync.Mutex // orders adds; held while gRPC takes a message
	stream  gatherpb.GatherService_TaskGroupClient
	added   uint32

	mutex     sync.Mutex
	tasks     map[uint32]*Task
	ids       map[string]bool
	waiting   bool
	joined    bool
	closed    bool // no more sub-calls: the stream has ended
	reacting  int  // reactions that run
	quiet     *sync.Cond
	ledger    *ledger
	opened    bool
	gatherID  string
	summary   *gatherpb.Summary
	stoppedBy *Outcome // a reply that could not be read, for which the client ended the group
	ending    *ending
	err       *Error
	decision  *gatherpb.Decision
}

// ending is what sub-calls are told of which the server never heard.
type ending struct {
	lost     *Error // nil where a decision was told
	cause    gatherpb.Cause
	causedBy *uint32
}

// NewGroup opens a group. What is wrong with that, be it refused or lost, is told by Wait.
func NewGroup(ctx context.Context, client *Client) *Group {
	group := &Group{
		ctx: ctx, ended: make(chan struct{}), tasks: map[uint32]*Task{}, ids: map[string]bool{},
	}
	group.quiet = sync.NewCond(&group.mutex)
	group.rpc, group.cancel = context.WithCancel(ctx)
	prepared, wrong := client.settings.prepare(ctx, ModeFailFast, nil)
	if wrong != nil {
		group.policy = &gatherpb.Policy{}
		group.ledger = newLedger(group.policy)
		group.finish(wrong)
		return group
	}
	request := prepared.request
	group.policy = request.Policy
	group.ledger = newLedger(request.Policy)
	group.ledger.limit = maxGroupFailures
	stream, err := client.stub.TaskGroup(group.rpc, client.options...)
	if err != nil {
		group.finish(lostError(ctx, err, nil, nil))
		return group
	}
	group.stream = stream
	group.send(&gatherpb.TaskGroupRequest{Request: &gatherpb.TaskGroupRequest_Open{
		Open: &gatherpb.Open{
			Policy:         request.Policy,
			Timeout:        request.Timeout,
			MaxConcurrency: request.MaxConcurrency,
			Defaults:       request.Defaults,
			Label:          request.Label,
		},
	}})
	go group.receive()
	return group
}

// Go adds a sub-call. Each of the reactions is called with its outcome, in a goroutine of its own
// for which Wait waits, so that it may add more. Once the group has been joined or has ended, the
// task is done at once, and nothing is sent.
//
// Go waits while the server takes no more: while more have not ended than it may hold. What is
// wrong with the call itself is the outcome of this task alone, and a failure for the policy.
func (g *Group) Go(call Call, reactions ...func(*Outcome)) *Task {
	task := &Task{group: g, call: call, done: make(chan struct{}), reactions: reactions}
	if call.wire == nil {
		task.call = newCall("", "", []byte{})
		task.call.fail(problem{reasonMalformed, "call", "an empty Call"})
	}
	g.mutex.Lock()
	g.reacting++ // holds the group open while it is being added to
	g.mutex.Unlock()
	defer g.release()

	g.sending.Lock()
	defer g.sending.Unlock()
	task.index = g.added
	g.added++
	id := idOf(task.call.wire, task.index)
	g.mutex.Lock()
	switch {
	case g.closed || g.joined:
		ending := g.ending
		if ending == nil {
			ending = &endingOfJoin
		}
		g.mutex.Unlock()
		g.complete(task, ending.outcome(task, false))
		return task
	case g.ids[id] && task.call.problem == nil:
		task.call.fail(problem{"DUPLICATE_ID", "id", "a sub-call of that id has not ended"})
	}
	g.tasks[task.index] = task
	if task.call.requirement() == gatherpb.Requirement_REQUIREMENT_REQUIRED {
		g.ledger.missing++
	}
	if task.call.problem == nil {
		g.ids[id] = true
	}
	g.mutex.Unlock()
	g.send(&gatherpb.TaskGroupRequest{
		Request: &gatherpb.TaskGroupRequest_Add{Add: task.wire()},
	})
	return task
}

// Wait waits until every sub-call and every reaction has ended, and returns nil if the policy is
// satisfied, else an *Error. Any number of times, with the same answer. Not in a reaction: that
// would be waiting for itself.
func (g *Group) Wait() error {
	g.mutex.Lock()
	g.waiting = true
	g.mutex.Unlock()
	g.joinWhenIdle()
	<-g.ended
	g.mutex.Lock()
	defer g.mutex.Unlock()
	for g.reacting > 0 {
		g.quiet.Wait()
	}
	return orNil(g.err)
}

// Join says that no more sub-calls come. Only then is it known that a quorum cannot be reached for
// want of sub-calls. Wait joins by itself when nothing is left that may add more.
func (g *Group) Join() {
	g.sending.Lock()
	defer g.sending.Unlock()
	g.mutex.Lock()
	done := g.joined || g.closed
	g.joined = true
	g.mutex.Unlock()
	if !done {
		g.send(&gatherpb.TaskGroupRequest{
			Request: &gatherpb.TaskGroupRequest_Join{Join: &gatherpb.Join{}},
		})
	}
}

// EndEarly stops what has not ended (CauseGroupEnded); what has finished stands. The group is then
// satisfied, unless decided before; but ModeAny, ModeRace, ModeQuorum and required sub-calls that
// have not got what they ask for are failed.
func (g *Group) EndEarly() {
	g.sending.Lock()
	defer g.sending.Unlock()
	g.send(&gatherpb.TaskGroupRequest{
		Request: &gatherpb.TaskGroupRequest_EndEarly{EndEarly: &gatherpb.EndEarly{}},
	})
}

// Cancel stops everything, as the end of the context does; Wait then tells codes.Canceled, unless
// the group was decided before. Any number of times, also after the end.
func (g *Group) Cancel() { g.cancel() }

// Verdict, like DecidedBy and Summary, is told once Wait has returned; 0 where no answer came.
func (g *Group) Verdict() Verdict {
	g.mutex.Lock()
	defer g.mutex.Unlock()
	return Verdict(g.decision.GetVerdict())
}

// DecidedBy is the index of the sub-call whose end fixed the verdict; nil where none did.
func (g *Group) DecidedBy() *int {
	g.mutex.Lock()
	defer g.mutex.Unlock()
	return decidedBy(g.decision)
}

// Summary is the group in numbers; nil where no answer came.
func (g *Group) Summary() *gatherpb.Summary {
	g.mutex.Lock()
	defer g.mutex.Unlock()
	return g.summary
}

// send is called under `sending`. What cannot be sent any more is told by the stream's end.
func (g *Group) send(message *gatherpb.TaskGroupRequest) {
	if g.stream != nil {
		_ = g.stream.Send(message)
	}
}

// release undoes one count of `reacting`.
func (g *Group) release() {
	g.mutex.Lock()
	g.reacting--
	g.quiet.Broadcast()
	g.mutex.Unlock()
	g.joinWhenIdle()
}

func (g *Group) joinWhenIdle() {
	g.mutex.Lock()
	idle := g.waiting && g.reacting == 0 && len(g.tasks) == 0 && !g.joined && !g.closed
	g.mutex.Unlock()
	if idle {
		// Not on the goroutine that receives: a server that does not read has to be read from.
		go g.Join()
	}
}

func (g *Group) receive() {
	for {
		message, err := g.stream.Recv()
		if err != nil {
			if errors.Is(err, io.EOF) {
				err = nil
			}
			g.end(err)
			return
		}
		switch {
		case message.GetOpened() != nil:
			g.mutex.Lock()
			g.opened, g.gatherID = true, message.GetOpened().GatherId
			g.mutex.Unlock()
		case message.GetOutcome() != nil:
			g.take(message.GetOutcome())
		case message.GetSummary() != nil:
			g.mutex.Lock()
			g.summary = message.GetSummary()
			g.mutex.Unlock()
		}
	}
}

func (g *Group) take(wire *gatherpb.Outcome) {
	g.mutex.Lock()
	task := g.tasks[wire.Index]
	g.mutex.Unlock()
	if task == nil {
		return
	}
	outcome, unreadable := task.read(wire)
	g.mutex.Lock()
	if g.stoppedBy != nil && outcome.Cause == CauseGroupEnded {
		outcome.Cause = CauseSiblingFailed
		outcome.CausedBy = &g.stoppedBy.Index
	}
	decided := g.ledger.note(outcome, task.call.requirement(), unreadable)
	stop := decided && g.stoppedBy == nil && g.policy.Mode != gatherpb.Mode_MODE_PROPAGATE
	if stop {
		g.stoppedBy = outcome
	}
	g.mutex.Unlock()
	if stop {
		go g.EndEarly()
	}
	g.complete(task, outcome)
}

// complete hands the outcome out, and starts what reacts to it.
func (g *Group) complete(task *Task, outcome *Outcome) {
	g.mutex.Lock()
	g.reacting += len(task.reactions)
	if g.tasks[task.index] == task {
		delete(g.tasks, task.index)
		delete(g.ids, idOf(task.call.wire, task.index))
	}
	g.mutex.Unlock()
	task.finish(outcome)
	for _, reaction := range task.reactions {
		go func(react func(*Outcome)) {
			defer g.release()
			react(outcome)
		}(reaction)
	}
	g.joinWhenIdle()
}

// end accounts for what the server never accounted for.
func (g *Group) end(rpc error) {
	g.mutex.Lock()
	summary := g.summary
	g.mutex.Unlock()
	if rpc == nil && summary != nil {
		g.finish(nil)
		return
	}
	lost := lostError(g.rpc, rpc, g.stream.Trailer(), nil)
	if lost.cause == context.Canceled && g.ctx.Err() == nil {
		lost = newError(codes.Canceled, "the caller cancelled the group", nil)
		lost.cause = context.Canceled
	}
	g.finish(lost)
}

// finish tells those that are left, and then Wait.
func (g *Group) finish(lost *Error) {
	g.cancel()
	g.mutex.Lock()
	g.closed = true
	g.settle(lost)
	var left []*Task
	for _, task := range g.tasks {
		left = append(left, task)
	}
	ending := g.ending
	g.mutex.Unlock()
	sort.Slice(left, func(i, j int) bool { return left[i].index < left[j].index })
	for _, task := range left {
		g.complete(task, ending.outcome(task, true))
	}
	close(g.ended)
}

// settle makes the group's error, under `mutex`.
func (g *Group) settle(lost *Error) {
	if lost == nil {
		g.decision = g.ledger.correct(g.summary.Decision, g.summary)
		g.err = g.ledger.failure(g.decision, g.gatherID)
		g.ending = endingOf(g.decision, g.ledger)
		return
	}
	// A breach of the protocol ends an open group, and with it what it had started.
	lost.breach = g.opened && lost.isRefusal()
	g.ending = &ending{lost: lost}
	lost.Failures, lost.TotalFailures = g.ledger.listed(), g.ledger.total
	lost.GatherID = g.gatherID
	g.err = lost
	if lost.cause != nil {
		g.err = g.decidedBefore(lost)
	}
}

// decidedBefore: the caller's own cancel, or the context's deadline, takes the summary only, not
// what had been decided.
func (g *Group) decidedBefore(lost *Error) *Error {
	decider := g.ledger.decider
	switch {
	case g.ledger.satisfied:
		return nil
	case decider == nil:
		return lost
	}
	g.decision = &gatherpb.Decision{
		Verdict:   gatherpb.Verdict_VERDICT_FAILED,
		DecidedBy: proto.Uint32(uint32(decider.Index)),
		Status:    decider.status,
	}
	if !g.ledger.decidesAlone(decider.Index) {
		g.decision.Status = g.ledger.first.status
	}
	return g.ledger.failure(g.decision, g.gatherID)
}
