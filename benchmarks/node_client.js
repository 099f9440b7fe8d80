// Runs gathers from Node, as told on standard input: the client process of a measurement.
//
//   node_client --door=direct|gatherd --backend=ADDRESS --gatherd=ADDRESS
//
// direct: Promise.all over grpc-js, one channel, as people write it, with a 30 s deadline on every
// call. gatherd: the package of clients/node. Both make a request message for each call and read a
// reply message of it, with the same service definition. The lines are door_runner's.
'use strict';

const path = require('node:path');
const readline = require('node:readline');

const grpc = require('@grpc/grpc-js');
const protoLoader = require('@grpc/proto-loader');

const { Client, call, gather } = require('../clients/node');

const DEADLINE_MS = 30_000;

const { EchoService } = grpc.loadPackageDefinition(
  protoLoader.loadSync(path.join(__dirname, 'echo.proto')),
).gather.benchmarks.v1;

class Direct {
  #stub;

  constructor({ backend }) {
    this.#stub = new EchoService(backend, grpc.credentials.createInsecure());
  }

  run(payload, calls) {
    const one = () =>
      new Promise((resolve, reject) => {
        const deadline = Date.now() + DEADLINE_MS;
        this.#stub.Echo({ payload }, { deadline }, (error, reply) =>
          error ? reject(error) : resolve(reply),
        );
      });
    return Promise.all(Array.from({ length: calls }, one));
  }
}

class Gatherd {
  #client;

  constructor({ gatherd }) {
    this.#client = new Client(gatherd);
  }

  run(payload, calls) {
    const one = () => call('echo', EchoService.service.Echo, { payload });
    return gather(this.#client, Array.from({ length: calls }, one), { timeoutMs: DEADLINE_MS });
  }
}

/** How many sub-calls did not bring their payload back. */
async function gatherOnce(door, payload, calls) {
  try {
    const replies = await door.run(payload, calls);
    return replies.filter((reply) => reply.payload.length !== payload.length).length;
  } catch (error) {
    console.error(error.message);
    return calls;
  }
}

/** Errors, nanoseconds of all gathers, and the median one's; 0 where several ran at once. */
async function measure(door, [calls, atOnce, payloadBytes, gathers]) {
  const payload = Buffer.alloc(payloadBytes, 'x');
  const each = [];
  let errors = 0;
  const start = process.hrtime.bigint();
  for (let first = 0; first < gathers; first += atOnce) {
    const begin = process.hrtime.bigint();
    const length = Math.min(atOnce, gathers - first);
    const all = Array.from({ length }, () => gatherOnce(door, payload, calls));
    for (const wrong of await Promise.all(all)) errors += wrong;
    each.push(Number(process.hrtime.bigint() - begin));
  }
  const wall = process.hrtime.bigint() - start;
  const inOrder = each.sort((a, b) => a - b);
  return [errors, wall, atOnce === 1 ? inOrder[inOrder.length >> 1] : 0];
}

async function main() {
  const pairs = process.argv.slice(2).map((each) => each.slice(2).split('='));
  const flags = Object.fromEntries(pairs);
  const door = new { direct: Direct, gatherd: Gatherd }[flags.door](flags);
  console.log('ready');
  for await (const line of readline.createInterface({ input: process.stdin })) {
    console.log((await measure(door, line.split(' ').map(Number))).join(' '));
  }
  process.exit();
}

main();
