'use strict';

const { status } = require('@grpc/grpc-js');

/** Numbers by name, and names by number. */
module.exports = { codes: status };
