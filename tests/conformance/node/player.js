'use strict';

const { TaskGroup, gather } = require('../../../clients/node');
const { describe, describeOptions } = require('./described');
const { reportError, reportOutcome } = require('./reported');

/** Plays one case after the other. */
class Player {
  #client;
  #awaitCue;

  constructor(client, awaitCue) {
    this.#client = client;
    this.#awaitCue = awaitCue;
  }

  async play(played) {
    const controller = new AbortController();
    const options = () => ({ ...describeOptions(played.options), signal: controller.signal });
    const calls = () => (played.calls ?? []).flatMap(repeated);
    if (played.cancel) this.#awaitCue().then(() => controller.abort());
    const client = this.#client;
    switch (played.verb) {
      case 'gather':
        return tell(async () => ({ replies: await gather(client, calls(), options()) }));
      case 'settled':
        return tell(async () => reportSettled(await gather.settled(client, calls(), options())));
      case 'any':
        return tell(async () => reportWinners([await gather.any(client, calls(), options())]));
      case 'race':
        return tell(async () => reportWinners([await gather.race(client, calls(), options())]));
      case 'quorum':
        return tell(async () => {
          const { policy, ...others } = options();
          const successes = policy?.minSuccesses ?? 0;
          return reportWinners(await gather.quorum(client, successes, calls(), others));
        });
      case 'as_completed':
        return playAsCompleted(() => gather.asCompleted(client, calls(), options()), played);
      case 'group':
        return this.#playGroup(played, options);
      default:
        throw new Error(`there is no verb ${played.verb}`);
    }
  }

  async #playGroup(played, options) {
    const saw = { status: { code: 'OK' }, outcomes: [] };
    const tasks = [];
    let group;
    try {
      group = new TaskGroup(this.#client, options());
      for (const step of played.steps ?? []) await this.#step(step, group, tasks);
      await group.join();
    } catch (error) {
      saw.status = reportError(error);
    }
    Object.assign(saw, decisionOf(group ?? {}));
    for (const task of tasks) saw.outcomes.push(reportOutcome(await task.outcome()));
    return saw;
  }

  async #step(step, group, tasks) {
    if (step.spawn) for (const call of repeated(step.spawn)) tasks.push(group.spawn(call));
    if (step.wait !== undefined) await tasks[step.wait].outcome();
    if (step.cancel !== undefined) tasks[step.cancel].cancel();
    if (step.cue) await this.#awaitCue();
    if (step.end_early) group.endEarly();
    if (step.cancel_group) group.cancel();
  }
}

/** What `play` saw; or the error. */
async function tell(play) {
  try {
    return { status: { code: 'OK' }, ...(await play()) };
  } catch (error) {
    return { status: reportError(error) };
  }
}

async function playAsCompleted(start, { leave_after: leaveAfter }) {
  const saw = { status: { code: 'OK' }, outcomes: [] };
  let completions;
  try {
    completions = start();
    for await (const outcome of completions) {
      saw.outcomes.push(reportOutcome(outcome));
      if (saw.outcomes.length === leaveAfter) break;
    }
  } catch (error) {
    saw.status = reportError(error);
  }
  return { ...saw, ...decisionOf(completions ?? {}) };
}

function repeated(from) {
  return Array.from({ length: Math.max(from.repeat ?? 1, 1) }, () => describe(from));
}

function reportSettled(outcomes) {
  return {
    status: reportError(outcomes.error),
    ...decisionOf(outcomes),
    outcomes: outcomes.map(reportOutcome),
  };
}

function reportWinners(outcomes) {
  return { winners: outcomes.map(({ index, value }) => ({ index, reply: value })) };
}

function decisionOf({ verdict, decidedBy }) {
  return { verdict: verdict ?? undefined, decided_by: decidedBy ?? undefined };
}

module.exports = { Player };
