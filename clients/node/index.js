'use strict';

const { credentials, Metadata } = require('@grpc/grpc-js');
const { call } = require('./lib/call');
const { Client } = require('./lib/client');
const { GatherError, SubCallError } = require('./lib/errors');
const { gather } = require('./lib/gather');
const { Outcome } = require('./lib/outcome');
const { TaskGroup } = require('./lib/task_group');

module.exports = {
  Client,
  GatherError,
  Metadata,
  Outcome,
  SubCallError,
  TaskGroup,
  call,
  credentials,
  gather,
};
