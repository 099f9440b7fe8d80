'use strict';

const { status: Code } = require('@grpc/grpc-js');

const nameOfCode = (code) => Code[code] ?? `code ${code}`;

/** Why one sub-call brought no reply: a failure, or that the gather stopped it. */
class SubCallError extends Error {
  constructor(outcome) {
    const { code, message, details } = outcome.grpcStatus ?? unknown(outcome);
    super(`${nameOf(outcome)}: ${nameOfCode(code)}: ${message}`);
    this.name = 'SubCallError';
    this.code = code;
    this.details = message;
    this.statusDetails = details;
    this.index = outcome.index;
    this.id = outcome.id;
    this.target = outcome.target;
    this.method = outcome.method;
    this.disposition = outcome.disposition;
    this.cause = outcome.cause;
    this.causedBy = outcome.causedBy;
    this.origin = outcome.origin;
    this.delivery = outcome.delivery;
    hide(this, 'outcome', outcome);
  }
}

/** How a gather ended that did not get what it asked for: why, and every failure. */
class GatherError extends AggregateError {
  /** @internal By a group that was open: of the protocol. */
  breach = false;

  constructor(facts) {
    super(facts.errors ?? [], facts.message, 'cause' in facts ? { cause: facts.cause } : undefined);
    this.name = 'GatherError';
    hide(this, 'breach', false);
    this.code = facts.code;
    this.reason = facts.reason ?? null;
    this.verdict = facts.verdict ?? null;
    this.decidedBy = facts.decidedBy ?? null;
    this.totalFailures = facts.totalFailures ?? this.errors.length;
    this.gatherId = facts.gatherId ?? null;
    this.retryDelayMs = facts.retryDelayMs ?? null;
    hide(this, 'outcomes', facts.outcomes ?? []);
    hide(this, 'byCaller', facts.byCaller ?? false);
  }

  /** The failures with one of these codes. */
  with(...codes) {
    return this.errors.filter((error) => codes.includes(error.code));
  }

  /** Nothing was sent to any backend. */
  get refused() {
    return this.verdict === null && this.reason !== null && !this.breach;
  }
}

/** Sets what a console need not show again. */
function hide(error, key, value) {
  Object.defineProperty(error, key, { value, writable: true, configurable: true });
}

function nameOf(outcome) {
  return `sub-call ${outcome.index} "${outcome.id}" (${outcome.target} ${outcome.method})`;
}

/** For an outcome without a status: nobody knows yet how it ends. */
function unknown(outcome) {
  const message =
    outcome.disposition === 'DETACHED'
      ? 'it was still running when the answer was given'
      : `it is ${outcome.disposition}, without a status`;
  return { code: Code.UNKNOWN, message, details: [] };
}

module.exports = { GatherError, SubCallError, nameOf };
