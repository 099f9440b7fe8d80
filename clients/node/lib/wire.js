// The messages of gather.proto, as they travel.
'use strict';

const protobuf = require('protobufjs/light');

const root = protobuf.Root.fromJSON(/** @type {any} */ (require('../gather.json')));

/**
 * A message's type; what it decodes has the fields that gather.proto says.
 * @param {string} name
 * @returns {{encode: (message: object) => {finish: () => Uint8Array}, decode: (bytes: Uint8Array) => any}}
 */
const type = (name) => root.lookupType(`gather.v1.${name}`);

/** The words of an enumeration by number, without its prefix; unknown numbers have none. */
function words(name, prefix) {
  const found = {};
  for (const [word, number] of Object.entries(root.lookupEnum(`gather.v1.${name}`).values)) {
    if (number !== 0) found[number] = word.slice(prefix.length);
  }
  return found;
}

const disposition = words('Disposition', 'DISPOSITION_');
const cause = words('Cause', 'CAUSE_');
const origin = words('Origin', 'ORIGIN_');
const delivery = words('Delivery', 'DELIVERY_');
const verdict = words('Verdict', 'VERDICT_');
const mode = words('Mode', 'MODE_');
const requirement = words('Requirement', 'REQUIREMENT_');

/** The number of a word. */
function numberOf(enumeration, word) {
  const found = Object.keys(enumeration).find((number) => enumeration[number] === word);
  return found === undefined ? undefined : Number(found);
}

/** How an RPC of the service is made: its path, and what turns messages into bytes and back. */
function rpc(name, request, response) {
  const requestType = type(request);
  const responseType = type(response);
  return {
    path: `/gather.v1.GatherService/${name}`,
    serialize: (message) => /** @type {Buffer} */ (requestType.encode(message).finish()),
    deserialize: (bytes) => responseType.decode(bytes),
  };
}

// A gather's answer as it is read at first: without timings, which are many and seldom looked at.
const untimed = protobuf.Root.fromJSON(withoutTimings(require('../gather.json')));
const untimedResponse = untimed.lookupType('gather.v1.GatherResponse');
const response = type('GatherResponse');

/** @returns {any} */
function withoutTimings(json) {
  const copy = JSON.parse(JSON.stringify(json));
  delete copy.nested.gather.nested.v1.nested.Outcome.fields.timing;
  return copy;
}

/** An answer; `timings()` reads those of all outcomes, once. */
function readResponse(bytes) {
  /** @type {any} */
  const read = untimedResponse.decode(bytes);
  let timings = null;
  read.timings = () => (timings ??= response.decode(bytes).outcomes.map((each) => each.timing));
  return read;
}

module.exports = {
  asCompleted: rpc('AsCompleted', 'GatherRequest', 'GatherEvent'),
  cause,
  delivery,
  disposition,
  errorInfo: type('ErrorInfo'),
  gather: { ...rpc('Gather', 'GatherRequest', 'GatherResponse'), deserialize: readResponse },
  getCapabilities: rpc('GetCapabilities', 'GetCapabilitiesRequest', 'Capabilities'),
  mode,
  numberOf,
  origin,
  requirement,
  retryInfo: type('RetryInfo'),
  status: type('Status'),
  taskGroup: rpc('TaskGroup', 'TaskGroupRequest', 'TaskGroupResponse'),
  verdict,
};
