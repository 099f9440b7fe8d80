'use strict';

const { status: Code } = require('@grpc/grpc-js');
const { idOf, lostOutcome } = require('./lost');
const { Outcome, readOutcome } = require('./outcome');
const { REQUIRED } = require('./call');
const wire = require('./wire');

/** A sub-call of a group. To await it is to wait for its reply. */
class Task {
  #cancel;
  #outcome;

  constructor(index, call, cancel) {
    this.index = index;
    this.call = call;
    this.problem = null; // what the client refuses
    this.#cancel = cancel;
    this.#outcome = new Promise((resolve) => (this.finish = resolve));
    for (const key of ['call', 'problem', 'finish']) {
      Object.defineProperty(this, key, { enumerable: false });
    }
  }

  /** What became of it, once it has ended. Never rejects. */
  outcome() {
    return this.#outcome;
  }

  /** Stops this sub-call alone. */
  cancel() {
    this.#cancel(this.index);
  }

  then(fulfilled, rejected) {
    const reply = this.#outcome.then((outcome) => {
      if (outcome.ok) return outcome.value;
      throw outcome.reason;
    });
    return reply.then(fulfilled, rejected);
  }

  /** @internal */
  read(told) {
    if (this.problem && wire.disposition[told.disposition] === 'REJECTED') {
      return { outcome: rejected(this), unreadable: false };
    }
    return readOutcome(told, this.call);
  }
}

/** What sub-calls are told of which the server never heard. */
class Ending {
  constructor(lost, cause, causedBy) {
    this.lost = lost;
    this.cause = cause;
    this.causedBy = causedBy;
  }

  /** `sent`: the sub-call was on its way. */
  outcomeOf(task, sent) {
    if (task.problem) return rejected(task);
    if (this.lost) return lostOutcome(this.lost, task.call, task.index, sent);
    return madeHere(task, 'NOT_STARTED', this.cause, this.causedBy, {
      code: codeOf(this.cause),
      message: 'the group takes no more sub-calls',
      details: [],
    });
  }
}

function rejected(task) {
  return madeHere(task, 'REJECTED', null, null, {
    code: Code.INVALID_ARGUMENT,
    message: task.problem,
    details: [],
  });
}

function madeHere(task, disposition, cause, causedBy, status) {
  const told = {
    index: task.index,
    id: idOf(task.call, task.index),
    disposition: wire.numberOf(wire.disposition, disposition),
    cause: wire.numberOf(wire.cause, cause),
    causedBy,
    origin: wire.numberOf(wire.origin, 'ORCHESTRATOR'),
    delivery: wire.numberOf(wire.delivery, 'NEVER_SENT'),
    status,
    responses: [],
    trailers: [],
    fromFallback: false,
  };
  return new Outcome(told, task.call);
}

function codeOf(cause) {
  if (cause === 'GATHER_DEADLINE') return Code.DEADLINE_EXCEEDED;
  return cause === 'SHUTDOWN' ? Code.UNAVAILABLE : Code.CANCELLED;
}

/**
 * `lost`, or a decision; neither: the group was joined.
 * @param {any} decision
 */
function endingOf(lost, decision = {}, ledger = null) {
  if (lost) return new Ending(lost);
  const verdict = wire.verdict[decision.verdict];
  if (verdict === 'DEADLINE_EXCEEDED') return new Ending(null, 'GATHER_DEADLINE');
  if (verdict === 'CANCELLED') {
    const shutdown = decision.status?.code === Code.UNAVAILABLE;
    return new Ending(null, shutdown ? 'SHUTDOWN' : 'CALLER');
  }
  if (decision.decidedBy == null) return new Ending(null, 'GROUP_ENDED');
  if (verdict === 'FAILED')
    return new Ending(null, causeOfFailure(decision, ledger), decision.decidedBy);
  if (['ANY', 'RACE', 'QUORUM'].includes(ledger.mode)) {
    return new Ending(null, 'DECIDED', decision.decidedBy);
  }
  return new Ending(null, 'GROUP_ENDED');
}

function causeOfFailure({ decidedBy }, { mode, requirements }) {
  const sibling =
    mode === 'FAIL_FAST' || mode === 'PROPAGATE' || requirements.get(decidedBy) === REQUIRED;
  return sibling ? 'SIBLING_FAILED' : 'DECIDED';
}

module.exports = { Task, endingOf };
