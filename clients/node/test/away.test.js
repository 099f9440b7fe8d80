// What a server tells that is none of ours, or goes before it has answered.
'use strict';

const assert = require('node:assert/strict');
const { test } = require('node:test');

const grpc = require('@grpc/grpc-js');

const { Client, Metadata, TaskGroup, gather } = require('..');
const h = require('./harness');

const same = (bytes) => bytes;

function definition(name, requestStream, responseStream) {
  const path = `/gather.v1.GatherService/${name}`;
  const codec = { requestSerialize: same, requestDeserialize: same };
  return { path, requestStream, responseStream, ...codec, responseSerialize: same };
}

/** A client of a server that ends every RPC like this; both are closed after `body`. */
async function withServer(error, body) {
  const server = new grpc.Server();
  const fail = (call) => call.emit('error', error);
  server.addService(
    {
      gather: definition('Gather', false, false),
      asCompleted: definition('AsCompleted', false, true),
      taskGroup: definition('TaskGroup', true, true),
    },
    { gather: (_, answer) => answer(error), asCompleted: fail, taskGroup: fail },
  );
  const port = await new Promise((resolve, reject) =>
    server.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createInsecure(), (problem, bound) =>
      problem ? reject(problem) : resolve(bound),
    ),
  );
  const client = new Client(`127.0.0.1:${port}`);
  try {
    await body(client);
  } finally {
    client.close();
    server.forceShutdown();
  }
}

async function loop(client) {
  for await (const outcome of gather.asCompleted(client, [h.told()])) {
    assert.equal(outcome.origin, 'TRANSPORT');
  }
}

test("a server's cancel is not the caller's", async () => {
  await withServer({ code: 1, details: '' }, async (client) => {
    await assert.rejects(gather(client, [h.told()]), { code: 14, byCaller: false });
    await assert.rejects(loop(client), { code: 14 });
    const group = new TaskGroup(client);
    const task = group.spawn(h.told());
    await assert.rejects(group.join(), { code: 14 });
    assert.equal((await task.outcome()).disposition, 'FAILED');
  });
});

test('details that are none of ours leave the code', async () => {
  const metadata = new Metadata();
  metadata.set('grpc-status-details-bin', Buffer.from([0xff]));
  await withServer({ code: 14, details: 'away', metadata }, async (client) => {
    await assert.rejects(gather(client, [h.told()]), { code: 14, message: 'away', reason: null });
    await assert.rejects(new TaskGroup(client).join(), { code: 14, message: 'away' });
  });
});
