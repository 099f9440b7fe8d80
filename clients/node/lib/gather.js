'use strict';

const { asCompleted } = require('./as_completed');
const { Ledger } = require('./ledger');
const { cancelledError, lostError, lostOutcome } = require('./lost');
const { checkCalls, prepare } = require('./options');
const { readOutcome } = require('./outcome');
const { refuse } = require('./refusal');
const { readSummary } = require('./summary');
const wire = require('./wire');

/** All replies, or the first failure. */
async function gather(client, calls, options = {}) {
  const mode = options.policy?.mode ?? options.policy ?? 'FAIL_FAST';
  if (mode !== 'FAIL_FAST' && mode !== 'PROPAGATE') {
    throw refuse('BAD_POLICY', 'policy', `gather takes FAIL_FAST and PROPAGATE, not ${mode}`);
  }
  const outcomes = await succeed(client, calls, options, mode);
  return outcomes.map((outcome) => (outcome.ok ? outcome.value : null));
}

/** What became of each call; see index.d.ts. */
gather.settled = async function settled(client, calls, options = {}) {
  return run(client, calls, options, 'COLLECT');
};

gather.any = async function any(client, calls, options = {}) {
  return winner(client, calls, options, 'ANY');
};

gather.race = async function race(client, calls, options = {}) {
  return winner(client, calls, options, 'RACE');
};

gather.quorum = async function quorum(client, minSuccesses, calls, options = {}) {
  requireOwnPolicy(options, 'QUORUM');
  const policy = { mode: 'QUORUM', minSuccesses };
  const outcomes = await succeed(client, calls, { ...options, policy }, 'QUORUM');
  return outcomes.filter((outcome) => outcome.ok);
};

gather.asCompleted = asCompleted;

async function winner(client, calls, options, mode) {
  requireOwnPolicy(options, mode);
  const outcomes = await succeed(client, calls, options, mode);
  // Where the reply of who decided could not be read, another one had come as well.
  const index = outcomes.decidedBy ?? outcomes.findIndex((outcome) => outcome.ok);
  if (index < 0) throw lostError(null);
  return outcomes[index];
}

function requireOwnPolicy(options, mode) {
  if (options.policy === undefined) return;
  throw refuse('BAD_POLICY', 'policy', `it is ${mode}, and is not to be set`);
}

async function succeed(client, calls, options, mode) {
  const outcomes = await run(client, calls, options, mode);
  if (outcomes.error) throw outcomes.error;
  return outcomes;
}

/** An outcome for each call; beside them the decision, the summary, and the error or null. */
async function run(client, calls, options, mode) {
  checkCalls(calls);
  const { request, rpc, signal } = prepare(options, mode);
  request.calls = calls.map((each) => each.subCall);
  let response;
  try {
    if (signal?.aborted) return lose(calls, cancelledError(signal.reason), false);
    response = await unary(client, request, rpc, signal);
  } catch (error) {
    return lose(calls, lostError(error, signal), true);
  }
  if (response.outcomes.length !== calls.length) return lose(calls, lostError(null), true);
  return read(response, calls, request.policy);
}

function unary(client, request, { metadata, deadline }, signal) {
  const { path, serialize, deserialize } = wire.gather;
  return new Promise((resolve, reject) => {
    const cancel = () => running.cancel();
    const options = deadline === undefined ? {} : { deadline };
    const running = client.rpc.makeUnaryRequest(
      path,
      serialize,
      deserialize,
      request,
      metadata,
      options,
      (error, response) => {
        signal?.removeEventListener('abort', cancel);
        if (error) reject(error);
        else resolve(response);
      },
    );
    signal?.addEventListener('abort', cancel);
  });
}

function read({ outcomes: told, decision, summary, timings }, calls, policy) {
  const ledger = new Ledger(policy);
  const outcomes = told.map((each, index) => {
    const { outcome, unreadable } = readOutcome(each, calls[index], timings);
    ledger.note(outcome, calls[index].subCall.requirement, unreadable);
    return outcome;
  });
  const decided = ledger.correct(decision, summary);
  return tell(outcomes, {
    error: ledger.failure(decided, summary?.gatherId ?? null),
    verdict: wire.verdict[decided.verdict] ?? null,
    decidedBy: decided.decidedBy ?? null,
    summary: readSummary(summary),
  });
}

function lose(calls, error, sent) {
  const outcomes = calls.map((each, index) => lostOutcome(error, each, index, sent));
  return tell(outcomes, { error, verdict: null, decidedBy: null, summary: null });
}

function tell(outcomes, facts) {
  if (facts.error) facts.error.outcomes = outcomes;
  for (const [key, value] of Object.entries(facts)) {
    Object.defineProperty(outcomes, key, { value });
  }
  return outcomes;
}

module.exports = { gather };
