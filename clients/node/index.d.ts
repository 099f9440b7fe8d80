// Many gRPC calls as one, through a gatherd.

import { ChannelCredentials, ChannelOptions, Metadata, MethodDefinition } from '@grpc/grpc-js';

export { credentials, Metadata } from '@grpc/grpc-js';

/** Speaks to one gatherd. */
export class Client {
  /**
   * @param address of the gatherd, HOST:PORT
   * @param credentials default: a connection without TLS. Make them with this package's
   *   `credentials`, which is grpc-js's own.
   * @param channelOptions beside ours, which raise the receive limit to 65 MiB: an answer holds
   *   all replies
   */
  constructor(address: string, credentials?: ChannelCredentials, channelOptions?: ChannelOptions);

  /** Closes the connection when what runs has ended. */
  close(): void;

  /** What this caller may use: limits, modes, targets and methods. */
  getCapabilities(): Promise<Capabilities>;
}

export interface Capabilities {
  readonly version: string;
  readonly maxCalls: number;
  readonly maxRequestBytes: number;
  readonly maxResponseBytes: number;
  readonly maxTimeoutMs: number;
  readonly maxConcurrency: number;
  readonly modes: Mode[];
  /** Without methods: all of the target's. */
  readonly targets: { readonly name: string; readonly methods: string[] }[];
}

/** A sub-call, described and not started; made by call(). It may be gathered more than once. */
export interface Call<Reply> {
  /** For the compiler alone. */
  readonly reply?: Reply;
}

export type MetadataEntries =
  Metadata | { readonly [key: string]: string | Uint8Array | readonly (string | Uint8Array)[] };

/** What holds for every call of a gather that does not say otherwise. */
export interface CallDefaults {
  /** From the gather's acceptance, waiting for a turn included. Default: the gather's own time. */
  timeoutMs?: number;

  /** What the backend receives; values of keys that end in `-bin` are bytes. */
  metadata?: MetadataEntries;

  /** The backend may see the call more than once without harm. */
  idempotent?: boolean;
}

export interface CallOptions<Reply> extends CallDefaults {
  /** Names the sub-call in its outcome and in messages. Default: its index. */
  id?: string;

  /** Succeed with `reply` when it fails with one of these codes (none: in any way). */
  fallback?: { reply: Reply; codes?: readonly number[] };

  /** Its failure never fails the gather; `gather` then has null for it. */
  optional?: boolean;

  /** Its failure fails the gather whatever the policy. */
  required?: boolean;

  /**
   * Once started, it outlives the gather's decision, cancel and deadline: its outcome is then
   * DETACHED, and it runs on until its own timeout, or the server's bound for such work (60 s).
   */
  shielded?: boolean;
}

type Optional = { optional: true };

/**
 * Describes a call. `target` is a name in the server's configuration, never an address; `method`
 * one of a grpc-js service definition, such as `Users.service.GetUser`, whichever tool made it.
 * The request is serialised here and now. What is wrong with a description is thrown here.
 *
 * A server-streaming method's reply is the array of all its messages, once the stream has ended.
 */
export function call<Request, Reply>(
  target: string,
  method: MethodDefinition<Request, Reply> & { requestStream: false; responseStream: true },
  request: Request,
  options: CallOptions<Reply> & Optional,
): Call<Reply[] | null>;
export function call<Request, Reply>(
  target: string,
  method: MethodDefinition<Request, Reply> & { requestStream: false; responseStream: true },
  request: Request,
  options?: CallOptions<Reply>,
): Call<Reply[]>;
export function call<Request, Reply>(
  target: string,
  method: MethodDefinition<Request, Reply>,
  request: Request,
  options: CallOptions<Reply> & Optional,
): Call<Reply | null>;
export function call<Request, Reply>(
  target: string,
  method: MethodDefinition<Request, Reply>,
  request: Request,
  options?: CallOptions<Reply>,
): Call<Reply>;

/** The same with a path, `/package.Service/Method`, and bytes that are left as they are. */
export function call(
  target: string,
  method: string,
  request: Uint8Array,
  options: CallOptions<Uint8Array> & { serverStreaming: true },
): Call<Buffer[]>;
export function call(
  target: string,
  method: string,
  request: Uint8Array,
  options: CallOptions<Uint8Array> & Optional,
): Call<Buffer | null>;
export function call(
  target: string,
  method: string,
  request: Uint8Array,
  options?: CallOptions<Uint8Array>,
): Call<Buffer>;

export type Mode = 'FAIL_FAST' | 'COLLECT' | 'PROPAGATE' | 'ANY' | 'RACE' | 'QUORUM';

/** When a gather is decided. */
export type Policy =
  | Exclude<Mode, 'QUORUM'>
  | { mode: Exclude<Mode, 'QUORUM' | 'COLLECT'> }
  /** More real failures than this fail the gather. */
  | { mode: 'COLLECT'; maxFailures?: number }
  | { mode: 'QUORUM'; minSuccesses: number };

/** How a gather is to be done. */
export interface GatherOptions {
  /**
   * Default: FAIL_FAST for gather and TaskGroup, COLLECT for settled and asCompleted. gather takes
   * FAIL_FAST and PROPAGATE only; any, race and quorum have their own.
   */
  policy?: Policy;

  /** From acceptance; what has finished by then is kept. Default: the server's (30 s). */
  timeoutMs?: number;

  /** The caller's own deadline: a Date, or milliseconds since the epoch. */
  deadline?: Date | number;

  /** So many in flight at most; the others wait in the order of the calls. Default: 1,000. */
  maxConcurrency?: number;

  /** Names the gather in the server's log and traces. */
  label?: string;

  defaults?: CallDefaults;

  /** Cancels every call that has not ended, at its backend, too. */
  signal?: AbortSignal;

  /** Sent with the gather itself, not with its calls. */
  metadata?: Metadata;
}

type Calls<Replies extends readonly unknown[]> = readonly [
  ...{ [Index in keyof Replies]: Call<Replies[Index]> },
];
type Outcomes<Replies extends readonly unknown[]> = {
  -readonly [Index in keyof Replies]: Outcome<NonNullable<Replies[Index]>>;
};

/**
 * Runs the calls at once and resolves with their replies. The first failure cancels the others,
 * which are awaited, and rejects with a GatherError.
 */
export const gather: {
  <Replies extends readonly unknown[]>(
    client: Client,
    calls: Calls<Replies>,
    options?: GatherOptions,
  ): Promise<{ -readonly [Index in keyof Replies]: Replies[Index] }>;

  /**
   * Resolves with what became of each call, as Promise.allSettled. Failures cancel nobody. Where the
   * gather as a whole did not do (refused, cancelled, lost, its time was up, a required call
   * failed), `error` says so, and there still is an outcome for each call.
   */
  settled<Replies extends readonly unknown[]>(
    client: Client,
    calls: Calls<Replies>,
    options?: GatherOptions,
  ): Promise<Outcomes<Replies> & Decided>;

  /** Resolves with the first success, which cancels the rest, as Promise.any. */
  any<Reply>(
    client: Client,
    calls: readonly Call<Reply>[],
    options?: GatherOptions,
  ): Promise<Fulfilled<NonNullable<Reply>>>;

  /** Settles as the first call to end, which cancels the rest, as Promise.race. */
  race<Reply>(
    client: Client,
    calls: readonly Call<Reply>[],
    options?: GatherOptions,
  ): Promise<Fulfilled<NonNullable<Reply>>>;

  /** Resolves with so many successes, in the order of the calls; they cancel the rest. */
  quorum<Reply>(
    client: Client,
    minSuccesses: number,
    calls: readonly Call<Reply>[],
    options?: GatherOptions,
  ): Promise<Fulfilled<NonNullable<Reply>>[]>;

  /**
   * Gives each outcome as soon as it is there:
   *
   *     for await (const outcome of gather.asCompleted(client, calls)) …
   *
   * Starts with the loop; leaving that cancels the rest. Where the gather as a whole did not do,
   * the loop throws its GatherError after the last outcome. To be iterated once.
   */
  asCompleted<Reply>(
    client: Client,
    calls: readonly Call<Reply>[],
    options?: GatherOptions,
  ): Completions<NonNullable<Reply>>;
};

export interface Completions<Reply> extends AsyncIterable<Outcome<Reply>>, Decided {}

/** How a gather as a whole went. */
export interface Decided {
  /** Null for one that is satisfied. */
  readonly error: GatherError | null;

  /** Null where no answer came. */
  readonly verdict: Verdict | null;

  /** Index of the call whose end fixed the verdict; null where none did. */
  readonly decidedBy: number | null;

  readonly summary: Summary | null;
}

export interface Summary {
  /** The gather's name in the server's log. */
  readonly gatherId: string;
  readonly succeeded: number;
  readonly failed: number;
  readonly cancelled: number;
  readonly notStarted: number;
  readonly rejected: number;
  readonly detached: number;
  readonly elapsedMs: number;
  /** The part of it in which no call was outstanding at a backend. */
  readonly overheadMs: number;
  /** Index of the call that ended last. */
  readonly straggler: number | null;
}

export type Verdict = 'SATISFIED' | 'FAILED' | 'DEADLINE_EXCEEDED' | 'CANCELLED';

/** FAILED is a real failure; REJECTED was refused before sending; DETACHED still runs. */
export type Disposition =
  'SUCCEEDED' | 'FAILED' | 'CANCELLED' | 'NOT_STARTED' | 'REJECTED' | 'DETACHED';

/** Why a sub-call was stopped or never started. */
export type Cause =
  | 'CALLER'
  | 'GATHER_DEADLINE'
  | 'SUB_CALL_DEADLINE'
  | 'SIBLING_FAILED'
  | 'DECIDED'
  | 'GROUP_ENDED'
  | 'OWN_HANDLE'
  | 'SHUTDOWN'
  | 'LIMIT';

/** Who made a status that is not OK. */
export type Origin = 'BACKEND' | 'TRANSPORT' | 'ORCHESTRATOR';

/** Whether the backend can have seen a sub-call: what a retry hangs on. */
export type Delivery = 'NEVER_SENT' | 'EFFECT_UNKNOWN' | 'ANSWERED';

/** What became of one sub-call. Every sub-call has exactly one. */
export type Outcome<Reply> = Fulfilled<Reply> | Rejected;

export const Outcome: { readonly prototype: OutcomeFacts };

export interface Fulfilled<Reply> extends OutcomeFacts {
  readonly status: 'fulfilled';
  readonly ok: true;
  readonly value: Reply;
  readonly reason: undefined;
}

export interface Rejected extends OutcomeFacts {
  readonly status: 'rejected';
  readonly ok: false;
  readonly value: undefined;
  readonly reason: SubCallError;
}

export interface OutcomeFacts {
  readonly index: number;
  readonly id: string;
  readonly target: string;
  readonly method: string;
  readonly disposition: Disposition;
  /** Null where nobody stopped it. */
  readonly cause: Cause | null;
  /** Index of the deciding sub-call, where a decision stopped this one. */
  readonly causedBy: number | null;
  readonly origin: Origin | null;
  readonly delivery: Delivery;
  /** `value` is the call's fallback, and `replaced` the failure. */
  readonly fromFallback: boolean;
  readonly replaced: SubCallError | null;
  /** The status as it was told; null where there is none. */
  readonly grpcStatus: GrpcStatus | null;
  /** The backend's trailing metadata, as far as the server lets it through. */
  readonly trailers: Metadata;
  readonly timing: Timing;
}

export interface GrpcStatus {
  readonly code: number;
  readonly message: string;
  /** As received, bit for bit. */
  readonly details: { readonly typeUrl: string; readonly value: Buffer }[];
}

/** When a sub-call was where, from its gather's acceptance, in a group from its add. */
export interface Timing {
  /** Until then it waited for its turn. */
  readonly queuedMs: number;
  /** Its first attempt was sent; null if none was. */
  readonly startedMs: number | null;
  readonly finishedMs: number;
  readonly attempts: number;
  readonly winningAttempt: number;
  readonly peer: string;
}

/**
 * How a gather ended that did not get what it asked for. `errors` are all real failures in the order
 * of the calls (of a group the first hundred), those of optional calls, too; never calls that the
 * gather cancelled. `cause` is the signal's reason where the caller cancelled.
 */
export class GatherError extends AggregateError {
  private constructor();

  /** The deciding failure's gRPC code, or what ended the gather. */
  readonly code: number;

  /** The same for programs: SUB_CALL_FAILED, GATHER_DEADLINE …, or why it was refused. */
  readonly reason: string | null;

  readonly verdict: Verdict | null;
  readonly decidedBy: number | null;
  errors: SubCallError[];

  /** Their number, in a group those not kept included. */
  readonly totalFailures: number;

  readonly gatherId: string | null;

  /** How long a server that refused for want of room asks to wait. */
  readonly retryDelayMs: number | null;

  /** What became of every call; empty for asCompleted and TaskGroup, which have told. */
  readonly outcomes: Outcome<unknown>[];

  /** Refused before anything was sent to any backend. */
  readonly refused: boolean;

  /** The failures with one of these codes. */
  with(...codes: number[]): SubCallError[];
}

/** Why one sub-call brought no reply: a failure, or that the gather stopped it. */
export class SubCallError extends Error {
  private constructor();

  readonly code: number;

  /** The status's message; `message` also says whose it is. */
  readonly details: string;

  readonly statusDetails: GrpcStatus['details'];
  readonly index: number;
  readonly id: string;
  readonly target: string;
  readonly method: string;
  readonly disposition: Disposition;
  readonly cause: Cause | null;
  readonly causedBy: number | null;
  readonly origin: Origin | null;
  readonly delivery: Delivery;
  readonly outcome: OutcomeFacts;
}

/**
 * A gather that grows while it runs.
 *
 *     await TaskGroup.run(client, async (group) => {
 *       const user = await group.spawn(userCall);
 *       for (const friend of user.friends) group.spawn(friendCall(friend));
 *     });
 */
export class TaskGroup implements Decided {
  constructor(client: Client, options?: GatherOptions);

  /**
   * Runs `body` with a group and joins it: nothing outlives the returned promise. Rejects with the
   * group's GatherError. If `body` throws, the group is cancelled and awaited, and what `body` threw
   * rejects; but the group's GatherError where it was one of its failures.
   */
  static run<Result>(
    client: Client,
    body: (group: TaskGroup) => Promise<Result> | Result,
    options?: GatherOptions,
  ): Promise<Result>;

  /** Adds a sub-call. In a group that has ended or was joined the task has ended at once. */
  spawn<Reply>(call: Call<Reply>): Task<NonNullable<Reply>>;

  /**
   * Resolves when every sub-call has ended and the policy is satisfied, else rejects. Sub-calls that
   * are spawned at once in reaction to an outcome belong to it; who waits for other things first
   * uses TaskGroup.run.
   */
  join(): Promise<void>;

  /** Says that no more sub-calls come: only then is it known that a quorum cannot be reached. */
  seal(): void;

  /** Stops what has not ended (GROUP_ENDED); what has finished stands. */
  endEarly(): void;

  /** Stops everything, as the signal does; `reason` is the error's cause. */
  cancel(reason?: unknown): void;

  /** Resolves when what was spawned has been taken: for who spawns very many. */
  drained(): Promise<void>;

  /** Told once it has ended. */
  readonly error: GatherError | null;
  readonly verdict: Verdict | null;
  readonly decidedBy: number | null;
  readonly summary: Summary | null;
}

/** A sub-call of a group. To await it is to wait for its reply, or its SubCallError. */
export interface Task<Reply> extends PromiseLike<Reply> {
  readonly index: number;

  /** What became of it, once it has ended. Never rejects. */
  outcome(): Promise<Outcome<Reply>>;

  /** Stops this sub-call alone (OWN_HANDLE); the group goes on. */
  cancel(): void;
}
