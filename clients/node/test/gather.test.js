'use strict';

const assert = require('node:assert/strict');
const { test } = require('node:test');

const { Client, GatherError, Metadata, SubCallError, call, gather } = require('..');
const h = require('./harness');

h.useServers();

/** The GatherError with which it rejects. */
async function failureOf(promise) {
  const error = await promise.then(
    () => assert.fail('it was satisfied'),
    (rejection) => rejection,
  );
  assert.ok(error instanceof GatherError, String(error?.stack));
  return error;
}

test('each reply stands in its place', async () => {
  const { client } = h.shared;
  const one = call('a', h.echo, 'one', { metadata: { 'x-test-delay-ms': '30' } });
  assert.deepEqual(await gather(client, [one, call('a', h.echo, 'two')]), ['one', 'two']);
  assert.deepEqual(await gather(client, []), []); // semantics 2
});

test('the first failure cancels the rest and is the error', async () => {
  const before = await h.calm();
  const error = await failureOf(
    gather(h.shared.client, [
      h.told(),
      h.told({ hang: 1 }),
      h.told({ code: 5, message: 'no such user', 'delay-ms': 300 }, { id: 'user' }),
    ]),
  );
  assert.equal(error.code, 5);
  assert.equal(error.message, 'sub-call 2 "user" (a /test.Echo/Call): no such user');
  assert.equal(error.reason, 'SUB_CALL_FAILED');
  assert.equal(error.verdict, 'FAILED');
  assert.equal(error.decidedBy, 2);
  assert.equal(h.dispositions(error.outcomes), 'SUCCEEDED CANCELLED FAILED');
  assert.equal(error.outcomes[0].value, 'told');
  const [failure] = error.errors;
  assert.ok(failure instanceof SubCallError);
  const { index, id, code, details, origin, delivery } = failure;
  assert.deepEqual(
    { index, id, code, details, origin, delivery },
    {
      index: 2,
      id: 'user',
      code: 5,
      details: 'no such user',
      origin: 'BACKEND',
      delivery: 'ANSWERED',
    },
  );
  await h.until((now) => now.cancelled >= before.cancelled + 1);
});

test('every failure is carried in the order of the calls', async () => {
  const error = await failureOf(
    gather.any(h.shared.client, [
      h.told({ code: 14, 'delay-ms': 600 }),
      h.told({ code: 5 }),
      h.told({ code: 8, 'delay-ms': 300 }),
    ]),
  );
  assert.deepEqual(
    error.errors.map((failure) => failure.code),
    [14, 5, 8],
  );
  assert.equal(error.code, 5);
  assert.match(error.message, / \(\+2 more\)$/);
  assert.equal(error.with(14, 8).length, 2);
});

test('a failure of an optional call is null among the replies', async () => {
  const optional = h.told({ code: 14 }, { optional: true });
  assert.deepEqual(await gather(h.shared.client, [optional, h.told()]), [null, 'told']);
});

test('settled reads as Promise.allSettled', async () => {
  const outcomes = await gather.settled(h.shared.client, [h.told(), h.told({ code: 5 })]);
  const [fine, failed] = outcomes;
  assert.deepEqual([fine.status, fine.value, fine.reason], ['fulfilled', 'told', undefined]);
  assert.deepEqual([failed.status, failed.value, failed.reason.code], ['rejected', undefined, 5]);
  assert.equal(outcomes.error, null);
  assert.equal(outcomes.verdict, 'SATISFIED');
  assert.equal(outcomes.summary.failed, 1);
  assert.ok(fine.timing.finishedMs >= fine.timing.startedMs);
  assert.match(fine.timing.peer, /127\.0\.0\.1/);
});

test('a bound on failures fails settled, and its outcomes stay', async () => {
  const outcomes = await gather.settled(
    h.shared.client,
    [h.told({ hang: 1 }), h.told({ code: 5 })],
    { policy: { mode: 'COLLECT', maxFailures: 0 } },
  );
  assert.equal(outcomes.error.code, 5);
  assert.equal(h.dispositions(outcomes), 'CANCELLED FAILED');
  assert.equal(outcomes[0].cause, 'DECIDED');
});

test('any, race and quorum resolve with who decided', async () => {
  const { client } = h.shared;
  const hanging = h.told({ hang: 1 });
  const won = await gather.any(client, [hanging, h.told({ 'delay-ms': 30 }), h.told({ code: 5 })]);
  assert.deepEqual([won.index, won.value], [1, 'told']);
  assert.equal((await failureOf(gather.race(client, [hanging, h.told({ code: 5 })]))).code, 5);
  const enough = await gather.quorum(client, 2, [hanging, h.told(), h.told({ code: 5 }), h.told()]);
  assert.deepEqual(
    enough.map((outcome) => outcome.index),
    [1, 3],
  );
});

test('details and trailers of backends are kept', async () => {
  const details = Buffer.from('\x08\x05\x1a\x06\x0a\x01x\x12\x01y');
  const metadata = new Metadata();
  metadata.set('x-test-code', '5');
  metadata.set('x-test-details-bin', details);
  metadata.set('x-test-trailer-shard', '7');
  const [failed] = await gather.settled(h.shared.client, [call('a', h.echo, '', { metadata })]);
  assert.deepEqual(failed.reason.statusDetails, [{ typeUrl: 'x', value: Buffer.from('y') }]);
  assert.deepEqual(failed.trailers.get('shard'), ['7']);
});

test('an aborted signal cancels at the backend', async () => {
  const before = await h.calm();
  const controller = new AbortController();
  const running = gather.settled(h.shared.client, [h.told({ hang: 1 }), h.told({ hang: 1 })], {
    signal: controller.signal,
  });
  await h.until((now) => now.in_flight >= 2);
  controller.abort('enough');
  const outcomes = await running;
  assert.equal(outcomes.error.code, 1);
  assert.equal(outcomes.error.cause, 'enough');
  assert.equal(h.dispositions(outcomes), 'CANCELLED CANCELLED');
  assert.equal(outcomes[0].cause, 'CALLER');
  await h.until((now) => now.cancelled >= before.cancelled + 2);
});

test('nothing is sent for a signal that was aborted before', async () => {
  const before = await h.calm();
  const signal = AbortSignal.abort('early');
  const error = await failureOf(gather(h.shared.client, [h.told()], { signal }));
  assert.equal(error.cause, 'early');
  assert.equal(error.outcomes[0].disposition, 'NOT_STARTED');
  assert.equal(error.outcomes[0].delivery, 'NEVER_SENT');
  assert.equal((await h.stats()).calls, before.calls);
});

test('a timeout keeps what has finished', async () => {
  const calls = [h.told(), h.told({ hang: 1 })];
  const error = await failureOf(gather(h.shared.client, calls, { timeoutMs: 800 }));
  assert.equal(error.code, 4);
  assert.equal(error.reason, 'GATHER_DEADLINE');
  assert.equal(h.dispositions(error.outcomes), 'SUCCEEDED CANCELLED');
});

test("the caller's deadline bounds the gather", async () => {
  const deadline = new Date(Date.now() + 200);
  const error = await failureOf(gather(h.shared.client, [h.told({ hang: 1 })], { deadline }));
  assert.equal(error.code, 4);
  assert.equal(error.outcomes[0].cause, 'GATHER_DEADLINE');
});

test("a call's own timeout is a failure with its cause", async () => {
  const error = await failureOf(gather(h.shared.client, [h.told({ hang: 1 }, { timeoutMs: 20 })]));
  assert.equal(error.errors[0].cause, 'SUB_CALL_DEADLINE');
});

test('a refusal tells its reason and sends nothing', async () => {
  const before = await h.calm();
  const calls = [h.told(), call('nobody', h.echo, '')];
  const error = await failureOf(gather(h.shared.client, calls));
  assert.equal(error.reason, 'UNKNOWN_TARGET');
  assert.equal(error.message, 'calls[1].target: no target "nobody"');
  assert.ok(error.refused);
  assert.equal((await h.stats()).calls, before.calls);
});

test('what is wrong with calls and options is thrown', async () => {
  const { client } = h.shared;
  assert.throws(() => h.told({}, { timeoutMs: 0 }), { reason: 'BAD_TIMEOUT' });
  assert.throws(() => h.told({}, { timeout: 5 }), /a call has no option timeout/);
  assert.throws(() => call('a', { ...h.echo, requestStream: true }, ''), /streams its requests/);
  assert.throws(() => call('a', '/a.B/C', 'text'), /requests and replies are bytes/);
  assert.throws(() => call('a', undefined, 'text'), /neither a path nor a method/);
  await assert.rejects(gather(client, [h.told(), {}]), /calls\[1\]: not made by call\(\)/);
  await assert.rejects(gather(client, [], { timeout: 5 }), /a gather has no option timeout/);
  await assert.rejects(gather(client, [], { timeoutMs: 0 }), { reason: 'BAD_TIMEOUT' });
  await assert.rejects(gather(client, [], { policy: 'ANY' }), { reason: 'BAD_POLICY' });
  await assert.rejects(gather(client, [], { maxConcurrency: -1 }), { reason: 'MALFORMED' });
});

test('a server that is not there is UNAVAILABLE', async () => {
  const nowhere = new Client('127.0.0.1:1');
  const outcomes = await gather.settled(nowhere, [h.told()]);
  assert.equal(outcomes.error.code, 14);
  assert.equal(outcomes[0].origin, 'TRANSPORT');
  nowhere.close();
});

test("answers may be larger than gRPC's default", async () => {
  const large = call('a', '/test.Echo/Call', Buffer.alloc(0), {
    metadata: { 'x-test-reply-bytes': '5000000' },
  });
  assert.equal((await gather(h.shared.client, [large]))[0].length, 5_000_000);
});

test('a reply that cannot be read is a failure', async () => {
  const { client } = h.shared;
  const garbage = (options) =>
    call('a', { ...h.echo, requestSerialize: () => Buffer.from([0xff]) }, '', options);
  const error = await failureOf(gather(client, [garbage()]));
  assert.equal(error.code, 13);
  assert.equal(error.errors[0].origin, 'ORCHESTRATOR');
  assert.equal(error.errors[0].delivery, 'ANSWERED');

  const outcomes = await gather.settled(client, [garbage(), h.told()]);
  assert.equal(h.dispositions(outcomes), 'FAILED SUCCEEDED');
  assert.equal(outcomes.summary.failed, 1);

  const fallback = { reply: 'instead', codes: [13] };
  const [fallen] = await gather.settled(client, [garbage({ fallback })]);
  assert.deepEqual([fallen.value, fallen.replaced.code], ['instead', 13]);
});

test('a fallback that cannot be read either leaves the failure', async () => {
  const responseDeserialize = () => {
    throw new Error('it reads nothing');
  };
  const options = { fallback: { reply: 'instead', codes: [13] } };
  const blind = h.told({}, options, { ...h.echo, responseDeserialize });
  const [failed] = await gather.settled(h.shared.client, [blind]);
  assert.deepEqual([failed.disposition, failed.fromFallback], ['FAILED', false]);
  assert.match(failed.reason.details, /it reads nothing/);
});

test('a fallback stands in for a failure', async () => {
  const fallback = { reply: 'instead', codes: [5] };
  const [fallen] = await gather.settled(h.shared.client, [h.told({ code: 5 }, { fallback })]);
  assert.deepEqual([fallen.value, fallen.fromFallback, fallen.replaced.code], ['instead', true, 5]);
});

test('streamed replies are collected', async () => {
  const twice = h.told({ messages: 2 }, {}, h.streamed);
  assert.deepEqual(await gather(h.shared.client, [twice]), [['told', 'told']]);
});

test('defaults hold for calls that do not say otherwise', async () => {
  const defaults = { timeoutMs: 20, metadata: { 'x-test-hang': '1' } };
  const calls = [call('a', h.echo, '')];
  assert.equal((await failureOf(gather(h.shared.client, calls, { defaults }))).code, 4);
});

test('capabilities name the targets', async () => {
  const { targets, modes } = await h.shared.client.getCapabilities();
  assert.deepEqual(
    targets.map((target) => target.name),
    ['a', 'nowhere'],
  );
  assert.ok(modes.includes('QUORUM'));
});

test('outcomes come in the order in which calls end', async () => {
  const completions = gather.asCompleted(h.shared.client, [
    h.told({ 'delay-ms': 600 }),
    h.told({ code: 5 }),
    h.told({ 'delay-ms': 300 }),
  ]);
  const order = [];
  for await (const outcome of completions) order.push(outcome.index);
  assert.deepEqual(order, [1, 2, 0]);
  assert.equal(completions.verdict, 'SATISFIED');
  assert.equal(completions.summary.succeeded, 2);
});

test('cancelled siblings follow a failure, and then it is thrown', async () => {
  const seen = [];
  const calls = [h.told({ hang: 1 }), h.told({ code: 5 })];
  await assert.rejects(
    async () => {
      const options = { policy: 'FAIL_FAST' };
      for await (const each of gather.asCompleted(h.shared.client, calls, options)) seen.push(each);
    },
    { code: 5, decidedBy: 1 },
  );
  assert.equal(h.dispositions(seen), 'FAILED CANCELLED');
});

test('leaving the loop cancels the rest', async () => {
  const before = await h.calm();
  const calls = [h.told({ hang: 1 }), h.told({ 'delay-ms': 100 })];
  for await (const outcome of gather.asCompleted(h.shared.client, calls)) {
    assert.equal(outcome.index, 1);
    break;
  }
  await h.until((now) => now.cancelled >= before.cancelled + 1);
});

test('an aborted loop has an outcome for each call', async () => {
  const controller = new AbortController();
  const { signal } = controller;
  const seen = [];
  await assert.rejects(
    async () => {
      const calls = [h.told({ hang: 1 }), h.told()];
      for await (const outcome of gather.asCompleted(h.shared.client, calls, { signal })) {
        seen.push(outcome);
        controller.abort();
      }
    },
    { code: 1 },
  );
  assert.equal(h.dispositions(seen), 'SUCCEEDED CANCELLED');
});
