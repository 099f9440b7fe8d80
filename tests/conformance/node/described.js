'use strict';

const protobuf = require('protobufjs/light');

const { call } = require('../../../clients/node');
const { codes } = require('./codes');

const StringValue = new protobuf.Type('StringValue').add(new protobuf.Field('value', 1, 'string'));
new protobuf.Root().add(StringValue);

const LONGEST_TEXT = 100;

const serialize = (text) => Buffer.from(StringValue.encode({ value: text }).finish());

function deserialize(bytes) {
  const text = StringValue.decode(bytes).value;
  return text.length > LONGEST_TEXT ? `${text.slice(0, 3)}… ${text.length}` : text;
}

/** The method as a grpc-js service definition has it. */
function methodOf({ method, server_streaming: responseStream = false }) {
  return {
    path: method,
    requestStream: false,
    responseStream,
    requestSerialize: serialize,
    requestDeserialize: deserialize,
    responseSerialize: serialize,
    responseDeserialize: deserialize,
  };
}

function describe(from) {
  const text = from.request_fill ? 'x'.repeat(from.request_fill) : (from.request ?? '');
  const { id, shielded, fallback } = from;
  return call(from.target, methodOf(from), text, {
    ...describeMore(from),
    ...(id && { id }),
    ...(shielded && { shielded }),
    ...(from.requirement === 'OPTIONAL' && { optional: true }),
    ...(from.requirement === 'REQUIRED' && { required: true }),
    ...(fallback && {
      fallback: { reply: fallback.reply, codes: fallback.codes?.map((name) => codes[name]) },
    }),
  });
}

/** What defaults may say, too. */
function describeMore({ timeout_ms: timeoutMs, metadata, idempotent }) {
  return {
    ...(timeoutMs !== undefined && { timeoutMs }),
    ...(metadata && { metadata: describeMetadata(metadata) }),
    ...(idempotent && { idempotent }),
  };
}

function describeMetadata(metadata) {
  const entries = Object.entries(metadata).map(([key, value]) => [
    key,
    key.endsWith('-bin') ? Buffer.from(value, 'base64') : value,
  ]);
  return Object.fromEntries(entries);
}

function describeOptions(from = {}) {
  const described = {};
  if (from.mode || from.min_successes !== undefined) {
    described.policy = { mode: from.mode ?? 'QUORUM' };
    if (from.min_successes !== undefined) described.policy.minSuccesses = from.min_successes;
    if (from.max_failures !== undefined) described.policy.maxFailures = from.max_failures;
  }
  if (from.timeout_ms !== undefined) described.timeoutMs = from.timeout_ms;
  if (from.max_concurrency) described.maxConcurrency = from.max_concurrency;
  if (from.label) described.label = from.label;
  if (from.defaults) described.defaults = describeMore(from.defaults);
  return described;
}

module.exports = { describe, describeOptions };
