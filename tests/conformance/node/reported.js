'use strict';

const { GatherError } = require('../../../clients/node');
const { codes } = require('./codes');

/** null: nothing was raised. */
function reportError(error) {
  if (!error) return { code: 'OK' };
  if (!(error instanceof GatherError)) throw error;
  return {
    code: codes[error.code],
    message: error.message,
    reason: error.reason ?? '',
    failures: error.errors.map(({ index, id, code, details, origin, delivery }) => ({
      index,
      id,
      code: codes[code],
      message: details,
      origin: origin ?? '',
      delivery: delivery ?? '',
    })),
  };
}

function reportOutcome(outcome) {
  const { index, id, disposition, cause, causedBy, origin, delivery, grpcStatus } = outcome;
  return {
    index,
    id,
    disposition: disposition ?? '',
    ...(grpcStatus && {
      code: codes[grpcStatus.code],
      message: grpcStatus.message,
      details: grpcStatus.details.map(({ typeUrl, value }) => ({
        type_url: typeUrl,
        value: value.toString('base64'),
      })),
    }),
    cause: cause ?? '',
    ...(causedBy !== null && { caused_by: causedBy }),
    origin: origin ?? '',
    delivery: delivery ?? '',
    from_fallback: outcome.fromFallback,
    ...(outcome.ok && { reply: outcome.value }),
    trailers: reportTrailers(outcome.trailers),
  };
}

function reportTrailers(trailers) {
  const reported = {};
  for (const [key, values] of Object.entries(trailers.toJSON())) {
    const value = values[values.length - 1];
    reported[key] = Buffer.isBuffer(value) ? value.toString('base64') : value;
  }
  return reported;
}

module.exports = { reportError, reportOutcome };
