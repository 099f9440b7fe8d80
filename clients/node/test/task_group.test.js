'use strict';

const assert = require('node:assert/strict');
const { test } = require('node:test');

const { Client, TaskGroup } = require('..');
const h = require('./harness');

h.useServers();

test('a group grows in reaction to outcomes', async () => {
  let ended = 0;
  const group = new TaskGroup(h.shared.client);
  const grow = async (depth) => {
    await group.spawn(h.told({ 'delay-ms': 1 }));
    ended += 1;
    if (depth > 1) await Promise.all([grow(depth - 1), grow(depth - 1)]);
  };
  const growing = grow(4);
  await group.join();
  await growing;
  assert.equal(ended, 15);
  assert.equal(group.summary.succeeded, 15);
  assert.equal(group.verdict, 'SATISFIED');
});

test('a group without calls is satisfied', async () => {
  assert.equal(await TaskGroup.run(h.shared.client, () => 'done'), 'done');
});

test('what the body waits for belongs to the group', async () => {
  const answer = await TaskGroup.run(h.shared.client, async (group) => {
    const first = await group.spawn(h.told());
    await h.stats(); // something else
    group.spawn(h.told({ 'delay-ms': 20 }));
    return first;
  });
  assert.equal(answer, 'told');
});

test('a failure ends the group', async () => {
  const group = new TaskGroup(h.shared.client);
  const hanging = group.spawn(h.told({ hang: 1 }));
  group.spawn(h.told({ code: 5, message: 'gone' }, { id: 'user' }));
  await assert.rejects(group.join(), {
    code: 5,
    message: 'sub-call 1 "user" (a /test.Echo/Call): gone',
  });
  await assert.rejects(Promise.resolve(hanging), { cause: 'SIBLING_FAILED', causedBy: 1 });

  const late = await group.spawn(h.told()).outcome();
  assert.deepEqual([late.disposition, late.cause], ['NOT_STARTED', 'SIBLING_FAILED']);
  await assert.rejects(group.join(), { code: 5 });
});

test('a body that throws cancels the group, and its error is thrown', async () => {
  const before = await h.calm();
  const mistake = new Error('mistake');
  const running = TaskGroup.run(h.shared.client, async (group) => {
    group.spawn(h.told({ hang: 1 }));
    await h.until((now) => now.in_flight >= 1);
    throw mistake;
  });
  await assert.rejects(running, mistake);
  await h.until((now) => now.cancelled >= before.cancelled + 1);
});

test("a task's failure in the body is told as the group's", async () => {
  const running = TaskGroup.run(h.shared.client, async (group) => {
    group.spawn(h.told({ hang: 1 }));
    await group.spawn(h.told({ code: 5 }));
  });
  await assert.rejects(running, { name: 'GatherError', code: 5, decidedBy: 1 });
});

test('one task is cancelled alone and the group goes on', async () => {
  await TaskGroup.run(h.shared.client, async (group) => {
    const one = group.spawn(h.told({ hang: 1 }));
    one.cancel();
    assert.equal((await one.outcome()).cause, 'OWN_HANDLE');
    assert.equal(await group.spawn(h.told()), 'told');
  });
});

test('a group that is ended early is satisfied with what it has', async () => {
  const group = new TaskGroup(h.shared.client);
  const done = group.spawn(h.told());
  const open = group.spawn(h.told({ hang: 1 }));
  await done;
  group.endEarly();
  await group.join();
  assert.equal((await open.outcome()).cause, 'GROUP_ENDED');
});

test('a quorum is judged once the group is sealed', async () => {
  const policy = { mode: 'QUORUM', minSuccesses: 2 };
  const group = new TaskGroup(h.shared.client, { policy });
  group.spawn(h.told({ hang: 1 }));
  group.spawn(h.told({ code: 5 }));
  group.seal();
  assert.equal((await group.spawn(h.told()).outcome()).cause, 'GROUP_ENDED');
  await assert.rejects(group.join(), { code: 5 });
});

test('a signal cancels the group', async () => {
  const controller = new AbortController();
  const group = new TaskGroup(h.shared.client, { signal: controller.signal });
  const task = group.spawn(h.told({ hang: 1 }));
  await h.until((now) => now.in_flight >= 1);
  controller.abort('enough');
  await assert.rejects(group.join(), { code: 1, cause: 'enough' });
  const { disposition, cause } = await task.outcome();
  assert.deepEqual([disposition, cause], ['CANCELLED', 'CALLER']);
  assert.equal((await group.spawn(h.told()).outcome()).disposition, 'NOT_STARTED');
});

test('a cancelled group keeps what was decided', async () => {
  const policy = { mode: 'ANY' };
  const group = new TaskGroup(h.shared.client, { policy });
  await group.spawn(h.told());
  group.cancel();
  await group.join();
});

test('a reply that cannot be read ends the group', async () => {
  const group = new TaskGroup(h.shared.client);
  const hanging = group.spawn(h.told({ hang: 1 }));
  group.spawn(h.told({}, {}, { ...h.echo, requestSerialize: () => Buffer.from([0xff]) }));
  await assert.rejects(group.join(), { code: 13 });
  assert.equal((await hanging.outcome()).cause, 'SIBLING_FAILED');
});

test('an id may be used again once its sub-call has ended', async () => {
  const group = new TaskGroup(h.shared.client);
  assert.equal(await group.spawn(h.told({}, { id: 'x' })), 'told');
  assert.equal(await group.spawn(h.told({}, { id: 'x' })), 'told');
  group.spawn(h.told({ hang: 1 }, { id: 'x' }));
  const twice = group.spawn(h.told({ hang: 1 }, { id: 'x' }));
  await assert.rejects(group.join(), { code: 3 });
  assert.equal((await twice.outcome()).disposition, 'REJECTED');
});

test('a refused group is told by join and by tasks', async () => {
  const group = new TaskGroup(h.shared.client, { label: 'x'.repeat(300) });
  const task = group.spawn(h.told());
  await assert.rejects(group.join(), { reason: 'BAD_LABEL' });
  const { disposition, delivery } = await task.outcome();
  assert.deepEqual([disposition, delivery], ['REJECTED', 'NEVER_SENT']);
});

test('a killed server fails what had not ended', async () => {
  const gatherd = await h.startGatherd(h.shared.backend);
  const client = new Client(gatherd.address);
  const group = new TaskGroup(client);
  const done = group.spawn(h.told());
  const open = group.spawn(h.told({ hang: 1 }));
  assert.equal(await done, 'told');
  gatherd.stop();
  await assert.rejects(group.join(), { code: 14 });
  const { origin, delivery } = await open.outcome();
  assert.deepEqual([origin, delivery], ['TRANSPORT', 'EFFECT_UNKNOWN']);
  client.close();
});

test('many sub-calls are taken as fast as the server takes them', async () => {
  await TaskGroup.run(h.shared.client, async (group) => {
    for (let i = 0; i < 3000; i += 1) {
      group.spawn(h.told());
      await group.drained();
    }
  });
});
