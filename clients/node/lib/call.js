'use strict';

const { Metadata } = require('@grpc/grpc-js');
const { toWire } = require('./duration');
const { checkTimeout, refuse } = require('./refusal');
const wire = require('./wire');

/** A sub-call, described and not started. Made by call(). */
class Call {
  constructor(subCall, decode) {
    this.subCall = subCall;
    this.decode = decode;
    Object.freeze(this);
  }

  get optional() {
    return this.subCall.requirement === OPTIONAL;
  }

  /** The reply of a sub-call that succeeded. Throws what the deserializer throws. */
  read(outcome) {
    if (this.subCall.serverStreaming) return outcome.responses.map(this.decode);
    return this.decode(outcome.response);
  }
}

const OPTIONAL = wire.numberOf(wire.requirement, 'OPTIONAL');
const REQUIRED = wire.numberOf(wire.requirement, 'REQUIRED');

const KNOWN = new Set([
  'fallback',
  'id',
  'idempotent',
  'metadata',
  'optional',
  'required',
  'serverStreaming',
  'shielded',
  'timeoutMs',
]);

/**
 * Describes a call; see index.d.ts. A request is serialised here and now, and what is wrong with a
 * description is thrown here.
 */
function call(target, method, request, options = {}) {
  const form = typeof method === 'string' ? rawForm(method) : typedForm(method);
  const subCall = describe(options, form);
  subCall.target = String(target);
  subCall.method = form.path;
  subCall.request = form.serialize(request);
  if (form.streaming || options.serverStreaming) subCall.serverStreaming = true;
  return new Call(subCall, form.deserialize);
}

function typedForm(method) {
  if (typeof method?.path !== 'string' || typeof method.requestSerialize !== 'function') {
    throw new TypeError('method: neither a path nor a method of a grpc-js service definition');
  }
  if (method.requestStream) {
    throw new TypeError(`method: ${method.path} streams its requests; a sub-call has one`);
  }
  return {
    path: method.path,
    serialize: method.requestSerialize,
    serializeReply: method.responseSerialize,
    deserialize: method.responseDeserialize,
    streaming: method.responseStream,
  };
}

function rawForm(path) {
  return {
    path,
    serialize: requireBytes,
    serializeReply: requireBytes,
    deserialize: (bytes) => bytes,
    streaming: false,
  };
}

function requireBytes(message) {
  if (message instanceof Uint8Array) return message;
  throw new TypeError('with a path as method, requests and replies are bytes');
}

/** The part of a sub-call that options tell; also of a gather's defaults. */
function describe(options, form) {
  for (const key of Object.keys(options)) {
    if (!KNOWN.has(key)) throw new TypeError(`a call has no option ${key}`);
  }
  const subCall = {};
  if (options.id !== undefined) subCall.id = String(options.id);
  if (options.timeoutMs !== undefined) {
    checkTimeout('timeoutMs', options.timeoutMs);
    subCall.timeout = toWire(options.timeoutMs);
  }
  if (options.metadata !== undefined) subCall.metadata = entries(options.metadata);
  if (options.idempotent !== undefined) subCall.idempotent = Boolean(options.idempotent);
  if (options.shielded !== undefined) subCall.shielded = Boolean(options.shielded);
  if (options.optional && options.required) {
    throw refuse('BAD_POLICY', 'optional', 'a call is not required and optional at once');
  }
  if (options.optional) subCall.requirement = OPTIONAL;
  if (options.required) subCall.requirement = REQUIRED;
  if (options.fallback !== undefined) {
    const { reply, codes = [] } = options.fallback;
    subCall.fallback = { response: form.serializeReply(reply), codes };
  }
  return subCall;
}

/** Request metadata, from an object or from grpc-js's Metadata. */
function entries(metadata) {
  const listed = metadata instanceof Metadata ? metadata.toJSON() : metadata;
  const found = [];
  for (const [key, values] of Object.entries(listed)) {
    for (const value of Array.isArray(values) ? values : [values]) {
      found.push({ key, value: typeof value === 'string' ? Buffer.from(value) : value });
    }
  }
  return found;
}

/** What holds for every call of a gather that does not say otherwise. */
function describeDefaults(options) {
  for (const key of Object.keys(options)) {
    if (!['timeoutMs', 'metadata', 'idempotent'].includes(key)) {
      throw new TypeError(`defaults have no option ${key}`);
    }
  }
  return describe(options, null);
}

module.exports = { Call, OPTIONAL, REQUIRED, call, describeDefaults };
