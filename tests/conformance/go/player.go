package main

import (
	"context"

	"gather"
)

type player struct {
	client   *gather.Client
	awaitCue func()
}

func (p *player) play(played playedCase) *report {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	if played.Cancel != nil {
		go func() {
			p.awaitCue()
			cancel()
		}()
	}
	described := describeAll(played.Calls)
	var calls []gather.Call
	for _, one := range described {
		calls = append(calls, one.Call)
	}
	client := p.client.With(describeOptions(played.Options)...)
	switch played.Verb {
	case "gather":
		return playDo(ctx, client, described, calls)
	case "settled":
		settled, err := gather.Settled(ctx, client, calls...)
		saw := &report{Status: reportError(err)}
		if settled != nil {
			saw.Verdict, saw.DecidedBy = named(settled.Verdict), settled.DecidedBy
			saw.Outcomes = reportAll(settled.Outcomes)
		}
		return saw
	case "any":
		return reportWinner(gather.Any(ctx, client, calls...))
	case "race":
		return reportWinner(gather.Race(ctx, client, calls...))
	case "quorum":
		winners, err := gather.Quorum(ctx, client, played.Options.MinSuccesses, calls...)
		saw := &report{Status: reportError(err)}
		for _, one := range winners {
			saw.Winners = append(saw.Winners, winner{one.Index, reportReply(one.Reply)})
		}
		return saw
	case "as_completed":
		return playAsCompleted(gather.AsCompleted(ctx, client, calls...), played.LeaveAfter)
	case "group":
		return p.playGroup(gather.NewGroup(ctx, client), played.Steps)
	default:
		return nil
	}
}

func reportAll(outcomes []*gather.Outcome) (slots []slot) {
	for _, outcome := range outcomes {
		slots = append(slots, reportOutcome(outcome))
	}
	return slots
}

func playDo(ctx context.Context, client *gather.Client, described []*describedCall,
	calls []gather.Call) *report {
	err := gather.Do(ctx, client, calls...)
	saw := &report{Status: reportError(err)}
	if err != nil {
		return saw
	}
	for _, one := range described {
		switch {
		case one.optional != nil:
			saw.Replies = append(saw.Replies, nil)
		case one.stream:
			saw.Replies = append(saw.Replies, reportReply(one.replies))
		default:
			saw.Replies = append(saw.Replies, reportReply(&one.reply))
		}
	}
	return saw
}

func reportWinner(won *gather.Outcome, err error) *report {
	saw := &report{Status: reportError(err)}
	if err == nil {
		saw.Winners = []winner{{won.Index, reportReply(won.Reply)}}
	}
	return saw
}

func playAsCompleted(completions *gather.Completions, leaveAfter *int) *report {
	saw := &report{}
	defer completions.Close()
	for completions.Next() {
		saw.Outcomes = append(saw.Outcomes, reportOutcome(completions.Outcome()))
		if leaveAfter != nil && len(saw.Outcomes) == *leaveAfter {
			saw.Status = reportError(nil)
			return saw
		}
	}
	saw.Status = reportError(completions.Err())
	saw.Verdict, saw.DecidedBy = named(completions.Verdict()), completions.DecidedBy()
	return saw
}

func (p *player) playGroup(group *gather.Group, steps []step) *report {
	var tasks []*gather.Task
	for _, step := range steps {
		switch {
		case step.Spawn != nil:
			for _, one := range repeated(*step.Spawn) {
				tasks = append(tasks, group.Go(one.Call))
			}
		case step.Wait != nil:
			tasks[*step.Wait].Outcome()
		case step.Cancel != nil:
			tasks[*step.Cancel].Cancel()
		case step.Cue != nil:
			p.awaitCue()
		case step.EndEarly:
			group.EndEarly()
		case step.CancelGroup:
			group.Cancel()
		}
	}
	saw := &report{Status: reportError(group.Wait())}
	saw.Verdict, saw.DecidedBy = named(group.Verdict()), group.DecidedBy()
	for _, task := range tasks {
		saw.Outcomes = append(saw.Outcomes, reportOutcome(task.Outcome()))
	}
	return saw
}
