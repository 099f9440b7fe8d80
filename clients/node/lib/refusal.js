// What the client refuses itself, before anything is sent, in the form of the server's refusals.
'use strict';

const { status: Code } = require('@grpc/grpc-js');
const { GatherError } = require('./errors');

// google.protobuf.Duration's longest, in milliseconds.
const LONGEST_MS = 315_576_000_000 * 1000;

function refuse(reason, field, what) {
  return new GatherError({ code: Code.INVALID_ARGUMENT, message: `${field}: ${what}`, reason });
}

function checkTimeout(field, milliseconds) {
  if (typeof milliseconds === 'number' && milliseconds > 0 && milliseconds <= LONGEST_MS) return;
  throw refuse('BAD_TIMEOUT', field, `a timeout is positive and finite, not ${milliseconds}`);
}

module.exports = { checkTimeout, refuse };
