'use strict';

const { Ledger } = require('./ledger');
const { cancelledError, lostError, lostOutcome } = require('./lost');
const { checkCalls, prepare } = require('./options');
const { readOutcome } = require('./outcome');
const { readSummary } = require('./summary');
const wire = require('./wire');

/** Outcomes in the order in which calls end; see index.d.ts. */
class Completions {
  #client;
  #calls;
  #gather;
  #ledger;
  #started = false;

  error = null;
  verdict = null;
  decidedBy = null;
  summary = null;

  constructor(client, calls, options) {
    checkCalls(calls);
    this.#client = client;
    this.#calls = calls;
    this.#gather = prepare(options, 'COLLECT');
    this.#gather.request.calls = calls.map((each) => each.subCall);
    this.#ledger = new Ledger(this.#gather.request.policy);
  }

  async *[Symbol.asyncIterator]() {
    if (this.#started) throw new TypeError('a gather is iterated once');
    this.#started = true;
    const seen = new Array(this.#calls.length).fill(false);
    const { signal } = this.#gather;
    let summary = null;
    let lost = null;
    if (signal?.aborted) {
      lost = cancelledError(signal.reason);
      yield* this.#unseen(seen, lost, false);
      throw this.#end(lost);
    }
    try {
      for await (const event of this.#events()) {
        if (event.summary) summary = event.summary;
        if (!event.outcome || !(event.outcome.index in seen)) continue;
        seen[event.outcome.index] = true;
        yield this.#take(event.outcome);
      }
      if (!summary) lost = lostError(null);
    } catch (error) {
      lost = lostError(error, signal);
    }
    if (lost) {
      yield* this.#unseen(seen, lost, true);
      throw this.#end(lost);
    }
    this.#decide(summary);
    if (this.error) throw this.error;
  }

  /** What the server sends. Whoever leaves early cancels. */
  async *#events() {
    const { request, rpc, signal } = this.#gather;
    const { path, serialize, deserialize } = wire.asCompleted;
    const options = rpc.deadline === undefined ? {} : { deadline: rpc.deadline };
    const stream = this.#client.rpc.makeServerStreamRequest(
      path,
      serialize,
      deserialize,
      request,
      rpc.metadata,
      options,
    );
    const cancel = () => stream.cancel();
    signal?.addEventListener('abort', cancel);
    let ended = false;
    let failure = null;
    let wake = () => {};
    stream.on('readable', () => wake());
    stream.on('end', () => {
      ended = true;
      wake();
    });
    stream.on('error', (error) => {
      failure = error;
      wake();
    });
    try {
      for (;;) {
        // What had come before the error counts.
        const event = stream.read();
        if (event !== null) yield event;
        else if (failure) throw failure;
        else if (ended) return;
        else await new Promise((resolve) => (wake = () => resolve()));
      }
    } finally {
      signal?.removeEventListener('abort', cancel);
      cancel();
    }
  }

  #take(told) {
    const call = this.#calls[told.index];
    const { outcome, unreadable } = readOutcome(told, call);
    this.#ledger.note(outcome, call.subCall.requirement, unreadable);
    return outcome;
  }

  *#unseen(seen, lost, sent) {
    for (const [index, call] of this.#calls.entries()) {
      if (!seen[index]) yield lostOutcome(lost, call, index, sent);
    }
  }

  #end(lost) {
    lost.errors = this.#ledger.listed();
    lost.totalFailures = this.#ledger.total;
    this.error = lost;
    return lost;
  }

  #decide(summary) {
    const decision = this.#ledger.correct(summary.decision, summary);
    this.error = this.#ledger.failure(decision, summary.gatherId);
    this.verdict = wire.verdict[decision.verdict] ?? null;
    this.decidedBy = decision.decidedBy ?? null;
    this.summary = readSummary(summary);
  }
}

function asCompleted(client, calls, options = {}) {
  return new Completions(client, calls, options);
}

module.exports = { asCompleted };
