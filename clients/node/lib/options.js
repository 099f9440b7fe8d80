'use strict';

const { Metadata } = require('@grpc/grpc-js');
const { Call, describeDefaults } = require('./call');
const { toWire } = require('./duration');
const { checkTimeout, refuse } = require('./refusal');
const wire = require('./wire');

const AS_RESPONSE = 2;

const KNOWN = new Set([
  'deadline',
  'defaults',
  'label',
  'maxConcurrency',
  'metadata',
  'policy',
  'signal',
  'timeoutMs',
]);

/** A gather as it is sent, without its calls; and how the RPC is made. */
function prepare(options, mode) {
  for (const key of Object.keys(options)) {
    if (!KNOWN.has(key)) throw new TypeError(`a gather has no option ${key}`);
  }
  const request = { policy: describePolicy(options.policy ?? mode) };
  if (options.label !== undefined) request.label = options.label;
  if (options.maxConcurrency !== undefined) {
    request.maxConcurrency = count('maxConcurrency', options.maxConcurrency);
  }
  if (options.timeoutMs !== undefined) {
    checkTimeout('timeoutMs', options.timeoutMs);
    request.timeout = toWire(options.timeoutMs);
  }
  if (options.defaults !== undefined) request.defaults = describeDefaults(options.defaults);
  if (options.deadline !== undefined) keepTimeForTheAnswer(options, request);
  const rpc = { metadata: options.metadata ?? new Metadata(), deadline: options.deadline };
  return { request, rpc, signal: options.signal };
}

function describePolicy(policy) {
  const { mode, minSuccesses, maxFailures, ...others } =
    typeof policy === 'string' ? { mode: policy } : policy;
  const number = wire.numberOf(wire.mode, mode);
  if (number === undefined || Object.keys(others).length > 0) {
    throw refuse('BAD_POLICY', 'policy', `there is no policy ${JSON.stringify(policy)}`);
  }
  // The failure in the response: nothing of it is cut then, and finished results stay.
  const described = { mode: number, errorDelivery: AS_RESPONSE };
  if (minSuccesses !== undefined) described.minSuccesses = count('minSuccesses', minSuccesses);
  if (maxFailures !== undefined) described.maxFailures = count('maxFailures', maxFailures);
  return described;
}

function count(field, number) {
  if (Number.isInteger(number) && number >= 0 && number < 2 ** 32) return number;
  throw refuse('MALFORMED', field, `${number} is no count`);
}

/**
 * Bounds the gather's own time by what the caller's deadline leaves, less 2 % of it, at least 10 ms,
 * at most 100 ms, never over 20 %. A server keeps time back, too, but knows the deadline only as
 * gRPC sent it, rounded up.
 */
function keepTimeForTheAnswer({ deadline, timeoutMs = Infinity }, request) {
  const left = Number(deadline) - Date.now();
  const kept = Math.min(left / 5, Math.min(100, Math.max(10, left / 50)));
  if (left > 0 && left - kept < timeoutMs) request.timeout = toWire(left - kept);
}

function checkCalls(calls) {
  if (!Array.isArray(calls)) throw new TypeError('calls: not an array');
  for (const [index, each] of calls.entries()) {
    if (!(each instanceof Call)) throw new TypeError(`calls[${index}]: not made by call()`);
  }
}

module.exports = { checkCalls, prepare };
