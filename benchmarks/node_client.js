// Runs gathers from Node, as told on standard input: the client process of a measurement.
//
//   node_client --door=NAME --backend=ADDRESS --gatherd=ADDRESS
//
// node is Promise.all over grpc-js, one channel, as people write it, with a 30 s deadline on every
// call. node-gatherd is the package of clients/node. Both make a request message for each call and
// read a reply message of it, with the same service definition. The lines are door_runner's.
'use strict';

const path = require('node:path');
const readline = require('node:readline');

const grpc = require('@grpc/grpc-js');
const protoLoader = require('@grpc/proto-loader');

const { Client, call, gather } = require('../clients/node');

const DEADLINE_MS = 30_000;
// Long-tail calls, where there are any: so many calls have one.
const SLOW_EVERY = 100;
const NO_LIMIT = { 'grpc.max_receive_message_length': -1 };

const { EchoService } = grpc.loadPackageDefinition(
  protoLoader.loadSync(path.join(__dirname, 'echo.proto')),
).gather.benchmarks.v1;

class Direct {
  #stub;

  constructor({ backend }) {
    this.#stub = new EchoService(backend, grpc.credentials.createInsecure(), NO_LIMIT);
  }

  run(payload, slowOnes) {
    return Promise.all(slowOnes.map((slow) => this.#call(payload, slow)));
  }

  #call(payload, slow) {
    return new Promise((resolve, reject) => {
      const options = { deadline: Date.now() + DEADLINE_MS };
      const done = (error, reply) => (error ? reject(error) : resolve(reply));
      if (slow) this.#stub.EchoSlowly({ payload }, options, done);
      else this.#stub.Echo({ payload }, options, done);
    });
  }
}

class Gatherd {
  #client;

  constructor({ gatherd }) {
    this.#client = new Client(gatherd, grpc.credentials.createInsecure(), NO_LIMIT);
  }

  run(payload, slowOnes) {
    const { Echo, EchoSlowly } = EchoService.service;
    const calls = slowOnes.map((slow) => call('echo', slow ? EchoSlowly : Echo, { payload }));
    return gather(this.#client, calls, { timeoutMs: DEADLINE_MS });
  }
}

const DOORS = { node: Direct, 'node-gatherd': Gatherd };

/** What one line asks for: gathers in as many lanes as there are to be at once. */
class Run {
  #door;
  #calls;
  #atOnce;
  #payload;
  #slow;
  #unstarted;
  #launched = 0;
  #errors = 0;
  #each = [];

  constructor(door, [calls, atOnce, payloadBytes, levels, slow, gathers]) {
    if (levels !== 1 || !(gathers >= 1)) throw new Error('node_client: not a run');
    this.#door = door;
    this.#calls = calls;
    this.#atOnce = atOnce;
    this.#payload = Buffer.alloc(payloadBytes, 'x');
    this.#slow = slow === 1;
    this.#unstarted = gathers;
  }

  /** Errors, nanoseconds of all gathers, and p50, p90 and p99 of a single one. */
  async measure() {
    const start = process.hrtime.bigint();
    await Promise.all(Array.from({ length: this.#atOnce }, () => this.#lane()));
    const wall = process.hrtime.bigint() - start;
    const each = this.#each.sort((a, b) => a - b);
    const percentile = (percent) => each[Math.ceil((each.length * percent) / 100) - 1];
    return [this.#errors, wall, percentile(50), percentile(90), percentile(99)];
  }

  async #lane() {
    while (this.#unstarted > 0) {
      this.#unstarted -= 1;
      const begin = process.hrtime.bigint();
      await this.#gather();
      this.#each.push(Number(process.hrtime.bigint() - begin));
    }
  }

  async #gather() {
    const isSlow = () => ++this.#launched % SLOW_EVERY === 0 && this.#slow;
    const slowOnes = Array.from({ length: this.#calls }, isSlow);
    try {
      const replies = await this.#door.run(this.#payload, slowOnes);
      const wrong = replies.filter(({ payload }) => payload.length !== this.#payload.length);
      if (wrong.length > 0) this.#fail(wrong.length, 'replies of another length');
    } catch (error) {
      this.#fail(this.#calls, error.message);
    }
  }

  #fail(calls, why) {
    if (this.#errors === 0) console.error(why);
    this.#errors += calls;
  }
}

async function main() {
  const pairs = process.argv.slice(2).map((each) => each.slice(2).split('='));
  const flags = Object.fromEntries(pairs);
  const door = new DOORS[flags.door](flags);
  console.log('ready');
  for await (const line of readline.createInterface({ input: process.stdin })) {
    console.log((await new Run(door, line.split(' ').map(Number)).measure()).join(' '));
  }
  process.exit();
}

main();
