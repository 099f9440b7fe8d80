// What the declarations let through and what they refuse. Compiled, never run.

import { Client as GrpcClient, MethodDefinition } from '@grpc/grpc-js';

import { Call, Client, GatherError, Outcome, TaskGroup, call, credentials, gather } from '../index';

interface GetUser {
  name: string;
}
interface User {
  fullName: string;
}
interface Page {
  title: string;
}

declare const getUser: MethodDefinition<GetUser, User> & {
  requestStream: false;
  responseStream: false;
};
declare const listPages: MethodDefinition<GetUser, Page> & {
  requestStream: false;
  responseStream: true;
};

const client = new Client('localhost:4400', credentials.createInsecure());
const user: Call<User> = call('users', getUser, { name: 'ada' }, { id: 'ada', timeoutMs: 50 });
const pages: Call<Page[]> = call('pages', listPages, { name: 'ada' });
const advert = call('users', getUser, { name: 'ad' }, { optional: true });
const bytes: Call<Buffer> = call('raw', '/a.B/C', Buffer.from(''));

// @ts-expect-error: the request has a name
call('users', getUser, { nom: 'ada' });
// @ts-expect-error: there is no such option
call('users', getUser, { name: 'ada' }, { timeout: 50 });
// @ts-expect-error: a fallback is a reply
call('users', getUser, { name: 'ada' }, { fallback: { reply: { title: '' } } });
// @ts-expect-error: a path goes with bytes
call('raw', '/a.B/C', { name: 'ada' });
// @ts-expect-error: a connection to a backend is no client
gather(new GrpcClient('localhost:1', credentials.createInsecure()), []);
// @ts-expect-error: there is no such policy
gather.settled(client, [user], { policy: 'ALL' });

export async function typed(signal: AbortSignal): Promise<void> {
  const [one, list, maybe, raw] = await gather(client, [user, pages, advert, bytes], { signal });
  const name: string = one.fullName;
  const title: string = list[0].title;
  const missing: null | User = maybe;
  const size: number = raw.length;
  // @ts-expect-error: an optional call may have no reply
  maybe.fullName;

  const many: User[] = await gather(
    client,
    ['ada', 'bob'].map((each) => call('users', getUser, { name: each })),
  );

  const outcomes = await gather.settled(client, [user, pages]);
  const [first, second] = outcomes;
  if (first.ok) first.value.fullName;
  if (second.status === 'fulfilled') second.value[0].title;
  else second.reason.delivery === 'NEVER_SENT';
  const settled: PromiseSettledResult<User> = first;
  if (outcomes.error) outcomes.error.errors[0].cause === 'SIBLING_FAILED';

  const { index, value } = await gather.any(client, [user, user]);
  const [winner] = await gather.quorum(client, 1, [user, user]);
  for await (const outcome of gather.asCompleted(client, [user, user])) {
    const each: Outcome<User> = outcome;
    void each;
  }

  const answer: number = await TaskGroup.run(client, async (group) => {
    const friend: User = await group.spawn(user);
    group.spawn(pages).cancel();
    return friend.fullName.length;
  });

  try {
    await gather(client, [user]);
  } catch (error) {
    if (error instanceof GatherError) error.with(5).map((failure) => failure.id);
  }
  void [name, title, missing, size, many, settled, index, value.fullName, winner.value, answer];
}
