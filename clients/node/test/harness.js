'use strict';

const assert = require('node:assert/strict');
const { spawn } = require('node:child_process');
const readline = require('node:readline');
const { after, before } = require('node:test');

const protobuf = require('protobufjs/light');

const { Client, call } = require('..');

// Long enough for a loaded machine; only a failing test waits so long.
const PATIENCE_MS = 60_000;

/** Starts the program that the variable names (BUILD.bazel sets it); resolves when it serves. */
async function start(variable, ready, ...options) {
  const path = process.env[variable];
  assert.ok(path, `${variable} is not set; run: bazel test //clients/node:node_test`);
  const child = spawn(path, options, { stdio: ['ignore', 'ignore', 'pipe'] });
  const lines = readline.createInterface({ input: child.stderr });
  const address = await new Promise((resolve, reject) => {
    lines.on('line', (line) => line.startsWith(ready) && resolve(line.slice(ready.length)));
    child.on('exit', () => reject(new Error(`${path} ended without serving`)));
  });
  return { address, stop: () => child.kill('SIGKILL') };
}

const startBackend = () => start('TEST_BACKEND', 'backend: serving on ');

const startGatherd = (backend) =>
  start(
    'GATHERD',
    'gatherd: serving on ',
    '--listen=127.0.0.1:0',
    `--targets=a=${backend.address},nowhere=127.0.0.1:1`,
  );

/** What all tests share; set before they run. */
const shared = {};

let used = false;

/** Called by each file; all in one process share the servers. */
function useServers() {
  if (used) return;
  used = true;
  before(async () => {
    shared.backend = await startBackend();
    shared.gatherd = await startGatherd(shared.backend);
    shared.client = new Client(shared.gatherd.address);
    shared.control = new Client(shared.backend.address);
  });
  after(() => {
    shared.client?.close();
    shared.control?.close();
    shared.gatherd?.stop();
    shared.backend?.stop();
  });
}

/** The backend's counts: calls, in_flight, cancelled … */
async function stats() {
  const text = await new Promise((resolve, reject) => {
    const same = (bytes) => bytes;
    const path = '/test.Control/Stats';
    shared.control.rpc.makeUnaryRequest(path, same, same, Buffer.alloc(0), (error, reply) =>
      error ? reject(error) : resolve(String(reply)),
    );
  });
  const counts = text
    .trim()
    .split('\n')
    .map((line) => line.split(' '));
  return Object.fromEntries(counts.map(([word, count]) => [word, Number(count)]));
}

/** Asks the backend until its counts are as expected, and resolves with them. */
async function until(expected) {
  for (const begin = Date.now(); Date.now() - begin < PATIENCE_MS;) {
    const now = await stats();
    if (expected(now)) return now;
  }
  assert.fail(`the backend never came to ${expected}`);
}

/**
 * The counts once nothing of earlier tests runs at the backend: who cancels does not wait for the
 * backend to hear of it.
 */
const calm = () => until((now) => now.in_flight === 0);

const StringValue = new protobuf.Type('StringValue').add(new protobuf.Field('value', 1, 'string'));
new protobuf.Root().add(StringValue);

const serialize = (value) => Buffer.from(StringValue.encode({ value }).finish());
const deserialize = (bytes) => StringValue.decode(bytes).value;

/** A method as grpc-js's service definitions have it. */
const echo = {
  path: '/test.Echo/Call',
  requestStream: false,
  responseStream: false,
  requestSerialize: serialize,
  requestDeserialize: deserialize,
  responseSerialize: serialize,
  responseDeserialize: deserialize,
};
const streamed = { ...echo, responseStream: true };

/** A call that the backend answers as the metadata say, else with an echo. */
function told(behavior = {}, options = {}, method = echo) {
  const entries = Object.entries(behavior).map(([key, value]) => [`x-test-${key}`, String(value)]);
  return call('a', method, 'told', { ...options, metadata: Object.fromEntries(entries) });
}

const dispositions = (outcomes) => outcomes.map((outcome) => outcome.disposition).join(' ');

module.exports = {
  PATIENCE_MS,
  calm,
  dispositions,
  echo,
  shared,
  startGatherd,
  stats,
  streamed,
  told,
  until,
  useServers,
};
