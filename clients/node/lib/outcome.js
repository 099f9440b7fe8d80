'use strict';

const { Metadata, status: Code } = require('@grpc/grpc-js');
const { toMilliseconds } = require('./duration');
const { SubCallError } = require('./errors');
const wire = require('./wire');

const SUCCEEDED = wire.numberOf(wire.disposition, 'SUCCEEDED');
const FAILED = wire.numberOf(wire.disposition, 'FAILED');
const NOT_STARTED = wire.numberOf(wire.disposition, 'NOT_STARTED');
const REJECTED = wire.numberOf(wire.disposition, 'REJECTED');
const SUB_CALL_DEADLINE = wire.numberOf(wire.cause, 'SUB_CALL_DEADLINE');
const ORCHESTRATOR = wire.numberOf(wire.origin, 'ORCHESTRATOR');
const ANSWERED = wire.numberOf(wire.delivery, 'ANSWERED');

/**
 * What became of one sub-call. Reads as an entry of Promise.allSettled: `status`, and `value` or
 * `reason`. Facts are read from the answer when somebody asks for them.
 */
class Outcome {
  #wire;
  #call;
  #reply;
  #timings;

  /** `timings` reads those of the whole answer, where the outcome comes without its own. */
  constructor(wireOutcome, call, reply, timings) {
    this.#wire = wireOutcome;
    this.#call = call;
    this.#reply = reply;
    this.#timings = timings;
  }

  get ok() {
    return this.#wire.disposition === SUCCEEDED;
  }

  get status() {
    return this.ok ? 'fulfilled' : 'rejected';
  }

  get value() {
    return this.#reply;
  }

  get reason() {
    return this.ok ? undefined : new SubCallError(this);
  }

  get index() {
    return this.#wire.index;
  }

  get id() {
    return this.#wire.id;
  }

  get target() {
    return this.#call.subCall.target;
  }

  get method() {
    return this.#call.subCall.method;
  }

  get disposition() {
    return wire.disposition[this.#wire.disposition] ?? null;
  }

  get cause() {
    return wire.cause[this.#wire.cause] ?? null;
  }

  get causedBy() {
    return this.#wire.causedBy ?? null;
  }

  get origin() {
    return wire.origin[this.#wire.origin] ?? null;
  }

  get delivery() {
    return wire.delivery[this.#wire.delivery] ?? null;
  }

  get fromFallback() {
    return this.#wire.fromFallback;
  }

  /** The failure for which a fallback stands in. */
  get replaced() {
    return this.fromFallback ? new SubCallError(this) : null;
  }

  get grpcStatus() {
    return this.#wire.status ? readStatus(this.#wire.status) : null;
  }

  get trailers() {
    const trailers = new Metadata();
    for (const { key, value } of this.#wire.trailers) {
      trailers.add(key, key.endsWith('-bin') ? Buffer.from(value) : Buffer.from(value).toString());
    }
    return trailers;
  }

  get timing() {
    const timing = this.#wire.timing ?? this.#timings?.()[this.index] ?? {};
    return {
      queuedMs: toMilliseconds(timing.queued),
      startedMs: timing.started ? toMilliseconds(timing.started) : null,
      finishedMs: toMilliseconds(timing.finished),
      attempts: timing.attempts ?? 0,
      winningAttempt: timing.winningAttempt ?? 0,
      peer: timing.peer ?? '',
    };
  }

  /** For consoles and JSON: what there is to say. */
  toJSON() {
    const { index, id, target, method, disposition, cause, causedBy, origin, delivery } = this;
    const said = { index, id, target, method, disposition, cause, causedBy, origin, delivery };
    return this.ok ? { ...said, value: this.value } : { ...said, grpcStatus: this.grpcStatus };
  }

  [Symbol.for('nodejs.util.inspect.custom')](depth, options, inspect) {
    return `Outcome ${inspect(this.toJSON(), options)}`;
  }

  /** @internal Whether it failed by itself; what the gather stopped did not. */
  get isRealFailure() {
    const { disposition, cause } = this.#wire;
    if (disposition === FAILED || disposition === REJECTED) return true;
    return disposition === NOT_STARTED && cause === SUB_CALL_DEADLINE;
  }
}

function readStatus({ code, message, details = [] }) {
  return {
    code: code ?? 0,
    message: message ?? '',
    details: details.map((any) => ({ typeUrl: any.type_url, value: Buffer.from(any.value) })),
  };
}

/**
 * The outcome as it came, with its reply read. A reply that cannot be read is a failure, or gives
 * way to the call's fallback; `unreadable` tells.
 */
function readOutcome(told, call, timings) {
  if (told.disposition !== SUCCEEDED) return tell(told, call, undefined, timings);
  try {
    return tell(told, call, call.read(told), timings);
  } catch (error) {
    return readUnreadable(told, call, timings, error);
  }
}

function tell(told, call, reply, timings) {
  return { outcome: new Outcome(told, call, reply, timings), unreadable: false };
}

function readUnreadable(told, call, timings, error) {
  told.status = unreadableReply(told, call, error);
  told.origin = ORCHESTRATOR;
  told.delivery = ANSWERED;
  const fallback = call.subCall.fallback;
  const matches = fallback?.codes.length === 0 || fallback?.codes.includes(Code.INTERNAL);
  if (matches && !told.fromFallback) {
    try {
      const reply = call.read({ response: fallback.response, responses: [fallback.response] });
      told.fromFallback = true;
      return tell(told, call, reply, timings);
    } catch {
      // The deserializer reads nothing at all; of the reply is told already.
    }
  }
  told.disposition = FAILED;
  told.fromFallback = false;
  return { outcome: new Outcome(told, call, undefined, timings), unreadable: true };
}

function unreadableReply({ index, id }, { subCall: { target, method } }, error) {
  const info = {
    reason: 'BACKEND_PROTOCOL',
    domain: 'gather.v1',
    metadata: { index: String(index), id, target, method },
  };
  return {
    code: Code.INTERNAL,
    message: `the reply does not parse as the expected message: ${error.message}`,
    details: [
      {
        type_url: 'type.googleapis.com/google.rpc.ErrorInfo',
        value: wire.errorInfo.encode(info).finish(),
      },
    ],
  };
}

module.exports = { Outcome, readOutcome };
