'use strict';

const { status: Code } = require('@grpc/grpc-js');
const { Call, REQUIRED } = require('./call');
const { GatherError } = require('./errors');
const { Ledger } = require('./ledger');
const { cancelledError, idOf, lostError } = require('./lost');
const { prepare } = require('./options');
const { readSummary } = require('./summary');
const { Task, endingOf } = require('./task');
const wire = require('./wire');

// A group may live for days; an error holds as many failures as people read.
const MAX_FAILURES = 100;

/** A gather that grows while it runs; see index.d.ts. */
class TaskGroup {
  #policy;
  #ledger;
  #signal;
  #stream = null;
  #tasks = new Map(); // those that have not ended, by index
  #ids = new Set(); // theirs
  #added = 0;
  #joining = false; // join() waits
  #joined = false; // the server knows
  #cancelled = null; // why
  #opened = false;
  #gatherId = null;
  #told = null; // the summary as it came
  #stoppedBy = null; // an unreadable reply for which the client ended the group
  #ending = null; // what sub-calls are told that come too late
  #finish;
  #finished = new Promise((resolve) => (this.#finish = resolve));
  #abort = () => this.cancel(this.#signal.reason);

  error = null;
  verdict = null;
  decidedBy = null;
  summary = null;

  constructor(client, options = {}) {
    const { request, rpc, signal } = prepare(options, 'FAIL_FAST');
    this.#policy = request.policy;
    this.#ledger = new Ledger(request.policy, MAX_FAILURES);
    this.#signal = signal;
    if (signal?.aborted) {
      this.#end(cancelledError(signal.reason));
      return;
    }
    signal?.addEventListener('abort', this.#abort);
    this.#open(client, request, rpc);
  }

  /** Runs `body` with a group, and joins it; see index.d.ts. */
  static async run(client, body, options = {}) {
    const group = new TaskGroup(client, options);
    let result;
    try {
      result = await body(group);
    } catch (error) {
      group.cancel(error);
      await group.#finished;
      // What made the body fail may be the group's own failure, which says more.
      throw group.#explains(error) ? group.error : error;
    }
    await group.join();
    return result;
  }

  /** Adds a sub-call. */
  spawn(call) {
    if (!(call instanceof Call)) throw new TypeError('call: not made by call()');
    const task = new Task(this.#added, call, (index) => this.#cancelTask(index));
    this.#added += 1;
    if (this.#ending || this.#joined) {
      task.finish(
        this.#ending ? this.#ending.outcomeOf(task, false) : endingOf(null).outcomeOf(task),
      );
      return task;
    }
    if (this.#cancelled) {
      task.finish(endingOf(this.#cancelled).outcomeOf(task, false));
      return task;
    }
    const id = idOf(call, task.index);
    if (this.#ids.has(id)) return this.#reject(task, id);
    this.#ids.add(id);
    this.#tasks.set(task.index, task);
    if (call.subCall.requirement === REQUIRED) this.#ledger.missing += 1;
    this.#send({ add: call.subCall });
    return task;
  }

  /** Waits until every sub-call has ended. */
  async join() {
    this.#joining = true;
    this.#joinWhenIdle();
    await this.#finished;
    if (this.error) throw this.error;
  }

  /** Says that no more sub-calls come. */
  seal() {
    if (this.#joined) return;
    this.#joined = true;
    this.#send({ join: {} });
  }

  /** Stops what has not ended; what has finished stands. */
  endEarly() {
    this.#send({ endEarly: {} });
  }

  /** Stops everything. */
  cancel(reason) {
    if (this.#ending) return;
    this.#cancelled ??= cancelledError(reason);
    this.#stream?.cancel();
  }

  /** Resolves when what was sent has been taken: for who adds very many. */
  async drained() {
    while (this.#stream?.writableNeedDrain && !this.#ending) {
      await Promise.race([
        new Promise((resolve) => this.#stream.once('drain', resolve)),
        this.#finished,
      ]);
    }
  }

  #open(client, request, { metadata, deadline }) {
    const { path, serialize, deserialize } = wire.taskGroup;
    const options = deadline === undefined ? {} : { deadline };
    this.#stream = client.rpc.makeBidiStreamRequest(
      path,
      serialize,
      deserialize,
      metadata,
      options,
    );
    this.#stream.on('data', (message) => this.#receive(message));
    this.#stream.on('error', (error) => this.#end(error));
    this.#stream.on('end', () => this.#end(null));
    this.#send({ open: request });
  }

  /** What cannot be sent any more is told by the stream's end. */
  #send(message) {
    if (!this.#ending && !this.#cancelled) this.#stream.write(message);
  }

  /** Goes as one that the server refuses, so that it has its place and counts for the policy. */
  #reject(task, id) {
    task.problem = `id: "${id}" is that of a sub-call that has not ended`;
    this.#tasks.set(task.index, task);
    const { target, requirement } = task.call.subCall;
    this.#send({ add: { target, requirement } });
    return task;
  }

  #cancelTask(index) {
    const task = this.#tasks.get(index);
    if (task) this.#send({ cancel: { id: idOf(task.call, index) } });
  }

  #receive({ opened, outcome, summary }) {
    if (opened) {
      this.#opened = true;
      this.#gatherId = opened.gatherId;
    } else if (summary) {
      this.#told = summary;
    } else if (outcome) {
      this.#take(outcome);
    }
  }

  #take(told) {
    const task = this.#tasks.get(told.index);
    if (!task) return;
    if (this.#stoppedBy && wire.cause[told.cause] === 'GROUP_ENDED') {
      told.cause = wire.numberOf(wire.cause, 'SIBLING_FAILED');
      told.causedBy = this.#stoppedBy.index;
    }
    const { outcome, unreadable } = task.read(told);
    const decided = this.#ledger.note(outcome, task.call.subCall.requirement, unreadable);
    if (decided && !this.#stoppedBy && this.#ledger.mode !== 'PROPAGATE') {
      this.#stoppedBy = outcome;
      this.endEarly();
    }
    this.#complete(task, outcome);
  }

  #complete(task, outcome) {
    this.#tasks.delete(task.index);
    if (!task.problem) this.#ids.delete(idOf(task.call, task.index));
    task.finish(outcome);
    this.#joinWhenIdle();
  }

  /** After the turn of those that react to the last outcome, who may add more. */
  #joinWhenIdle() {
    if (!this.#idle) return;
    setImmediate(() => {
      if (this.#idle) this.seal();
    });
  }

  get #idle() {
    return this.#joining && this.#tasks.size === 0 && !this.#joined && !this.#ending;
  }

  /** The stream's end, by an error or without one; the first call counts. */
  #end(rpc) {
    if (this.#ending) return;
    this.#signal?.removeEventListener('abort', this.#abort);
    if (!rpc && this.#told) {
      const decision = this.#ledger.correct(this.#told.decision, this.#told);
      this.#decide(decision, this.#ledger.failure(decision, this.#gatherId));
      this.summary = readSummary(this.#told);
    } else {
      this.#lose(rpc);
    }
    for (const task of [...this.#tasks.values()].sort((a, b) => a.index - b.index)) {
      this.#complete(task, this.#ending.outcomeOf(task, true));
    }
    this.#finish();
  }

  #decide(decision, error) {
    this.verdict = wire.verdict[decision.verdict] ?? null;
    this.decidedBy = decision.decidedBy ?? null;
    this.error = error;
    this.#ending = endingOf(null, decision, this.#ledger);
  }

  #lose(rpc) {
    const byCaller = this.#cancelled && (!rpc || rpc.code === Code.CANCELLED);
    const lost = byCaller ? this.#cancelled : lostError(rpc, this.#signal);
    // A breach of the protocol ends an open group, and with it what it had started.
    lost.breach = this.#opened && lost.refused;
    lost.gatherId = this.#gatherId;
    lost.errors = this.#ledger.listed();
    lost.totalFailures = this.#ledger.total;
    this.#ending = endingOf(lost);
    this.error = lost.byCaller || lost.code === Code.DEADLINE_EXCEEDED ? this.#before(lost) : lost;
  }

  /** The caller's own cancel takes the summary only, not what had been decided. */
  #before(lost) {
    const { decider, first, satisfied } = this.#ledger;
    if (satisfied) return null;
    if (!decider) return lost;
    const status = this.#ledger.decidesAlone(decider.index) ? decider : first;
    const decision = {
      verdict: wire.numberOf(wire.verdict, 'FAILED'),
      decidedBy: decider.index,
      status: status.grpcStatus,
    };
    this.verdict = 'FAILED';
    this.decidedBy = decider.index;
    return this.#ledger.failure(decision, this.#gatherId);
  }

  #explains(error) {
    return (
      this.error instanceof GatherError &&
      this.error.verdict !== null &&
      this.error.errors.some((failure) => failure.index === error?.index)
    );
  }
}

module.exports = { TaskGroup };
