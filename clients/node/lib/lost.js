// What is known of a gather that brought no answer: refused, cancelled, or lost.
'use strict';

const { status: Code } = require('@grpc/grpc-js');
const { toMilliseconds } = require('./duration');
const { GatherError } = require('./errors');
const { Outcome } = require('./outcome');
const wire = require('./wire');

const ERROR_INFO = 'type.googleapis.com/google.rpc.ErrorInfo';
const RETRY_INFO = 'type.googleapis.com/google.rpc.RetryInfo';

/** What the RPC's error says, as a GatherError; `signal` is the caller's. */
function lostError(rpc, signal) {
  if (rpc instanceof GatherError) return rpc;
  if (!rpc) {
    return new GatherError({
      code: Code.INTERNAL,
      message: 'the answer ended before it was complete',
    });
  }
  if (rpc.code === Code.CANCELLED && signal?.aborted) return cancelledError(signal.reason);
  if (rpc.code === Code.CANCELLED && !rpc.metadata?.get('gather-id').length) {
    return new GatherError({
      code: Code.UNAVAILABLE,
      message: 'the RPC was cancelled before gatherd answered it, as when a server shuts down',
      cause: rpc,
    });
  }
  const { reason, retryDelayMs } = readDetails(rpc.metadata?.get('grpc-status-details-bin')[0]);
  return new GatherError({
    code: rpc.code ?? Code.UNKNOWN,
    message: rpc.details ?? rpc.message,
    reason,
    retryDelayMs,
    cause: rpc,
  });
}

function cancelledError(why) {
  return new GatherError({
    code: Code.CANCELLED,
    message: 'the caller cancelled the gather',
    byCaller: true,
    cause: why,
  });
}

function readDetails(bytes) {
  const found = {};
  if (!bytes) return found;
  try {
    for (const { type_url: url, value } of wire.status.decode(bytes).details) {
      if (url === ERROR_INFO) {
        const info = wire.errorInfo.decode(value);
        if (info.domain === 'gather.v1') found.reason = info.reason;
      } else if (url === RETRY_INFO) {
        found.retryDelayMs = toMilliseconds(wire.retryInfo.decode(value).retryDelay);
      }
    }
  } catch {
    // Not gatherd's: what stands between may have made the status.
  }
  return found;
}

/**
 * The outcome of a sub-call of which no answer tells. `sent`: it was on its way. NEVER_SENT only
 * where that is sure.
 */
function lostOutcome(error, call, index, sent = true) {
  const { disposition, cause, origin = 'ORCHESTRATOR' } = fate(error, call, sent);
  const never = !sent || error.refused;
  return new Outcome(
    {
      index,
      id: idOf(call, index),
      disposition: wire.numberOf(wire.disposition, disposition),
      cause: wire.numberOf(wire.cause, cause),
      origin: wire.numberOf(wire.origin, origin),
      delivery: wire.numberOf(wire.delivery, never ? 'NEVER_SENT' : 'EFFECT_UNKNOWN'),
      status: { code: error.code, message: error.message, details: [] },
      responses: [],
      trailers: [],
      fromFallback: false,
    },
    call,
  );
}

function fate(error, call, sent) {
  if (error.refused) return { disposition: 'REJECTED' };
  const stopped = sent ? 'CANCELLED' : 'NOT_STARTED';
  const cause = causeOfStop(error);
  if (!cause) return { disposition: 'FAILED', origin: 'TRANSPORT' };
  // What has started of a shielded one runs on.
  if (sent && call.subCall.shielded) return { disposition: 'DETACHED' };
  return { disposition: stopped, cause };
}

function causeOfStop({ code, byCaller }) {
  if (code === Code.DEADLINE_EXCEEDED) return 'GATHER_DEADLINE';
  return code === Code.CANCELLED && byCaller ? 'CALLER' : null;
}

/** A sub-call's id: its own, or its index. */
function idOf(call, index) {
  return call.subCall.id || String(index);
}

module.exports = { cancelledError, idOf, lostError, lostOutcome };
