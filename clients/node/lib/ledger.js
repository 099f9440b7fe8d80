// Counts outcomes as the client reads them, and makes the gather's error of them. A reply that the
// server took for a success may be none to the client; the decision follows from that.
'use strict';

const { status: Code } = require('@grpc/grpc-js');
const { OPTIONAL, REQUIRED } = require('./call');
const { GatherError, SubCallError, nameOf } = require('./errors');
const wire = require('./wire');

const FAILURE_DECIDES = ['FAIL_FAST', 'PROPAGATE', 'RACE'];

class Ledger {
  /**
   * @param policy as it is sent
   * @param limit how many failures are kept
   */
  constructor(policy, limit = Infinity) {
    this.mode = wire.mode[policy.mode];
    this.policy = policy;
    this.limit = limit;
    this.successes = 0;
    this.failures = 0;
    this.total = 0;
    this.kept = [];
    this.first = null; // of the failures that count, in time
    this.decider = null; // the failure that decided, as far as one does
    this.satisfied = false; // successes decided before a failure did
    this.ended = false; // one that counts has: a race is over
    this.misread = 0;
    this.unreadable = []; // those of the misread that are kept
    this.requirements = new Map(); // of failures, by index
    this.missing = 0; // required sub-calls of a group without success
  }

  /** Whether a reply that could not be read has just decided that the gather fails. */
  note(outcome, requirement, unreadable) {
    const counts = requirement !== OPTIONAL;
    if (!outcome.isRealFailure) {
      if (counts && outcome.ok) this.#noteSuccess(requirement);
      return false;
    }
    this.total += 1;
    if (counts) {
      this.failures += 1;
      if (!this.first || finished(outcome) < finished(this.first)) this.first = outcome;
    }
    const required = requirement === REQUIRED;
    const decides = !this.decider && (required || (counts && this.#failureDecides()));
    if (decides) this.decider = outcome;
    this.ended ||= counts;
    const kept = this.#keep(outcome, requirement);
    if (unreadable) this.misread += 1;
    if (unreadable && kept) this.unreadable.push(outcome);
    return decides && unreadable;
  }

  #noteSuccess(requirement) {
    this.successes += 1;
    if (requirement === REQUIRED) this.missing -= 1;
    if (this.mode === 'RACE') {
      this.satisfied ||= !this.ended && !this.decider;
    } else if (this.mode === 'ANY' || this.mode === 'QUORUM') {
      const enough = this.successes >= (this.policy.minSuccesses ?? 0) && this.missing <= 0;
      this.satisfied ||= enough && !this.decider;
    }
    this.ended = true;
  }

  #failureDecides() {
    if (this.mode === 'COLLECT') return this.failures > (this.policy.maxFailures ?? Infinity);
    if (this.mode === 'RACE') return !this.ended;
    return this.mode !== 'ANY' && this.mode !== 'QUORUM';
  }

  /** Drops none that is told by name. */
  #keep(outcome, requirement) {
    if (this.kept.length >= this.limit) {
      if (outcome !== this.decider) return false;
      this.kept.pop();
    }
    if (requirement) this.requirements.set(outcome.index, requirement);
    this.kept.push(outcome);
    return true;
  }

  /** The decision as it is with replies that could not be read; corrects the summary, too. */
  correct(told, summary) {
    const decision = { ...told };
    for (const outcome of this.unreadable) this.#takeBack(outcome, decision);
    if (summary && this.misread > 0) {
      summary.succeeded -= this.misread;
      summary.failed += this.misread;
      summary.decision = decision;
    }
    return decision;
  }

  #takeBack(outcome, decision) {
    if (wire.verdict[decision.verdict] !== 'SATISFIED') return;
    const decided = decision.decidedBy === outcome.index;
    if (this.#undoes(outcome, decided)) {
      const alone = this.decidesAlone(outcome.index) || !this.first;
      decision.verdict = wire.numberOf(wire.verdict, 'FAILED');
      decision.decidedBy = outcome.index;
      decision.status = (alone ? outcome : this.first).grpcStatus;
    } else if (decided && !FAILURE_DECIDES.includes(this.mode)) {
      decision.decidedBy = null; // others' successes are enough, and none of them came last
    }
  }

  #undoes(outcome, decided) {
    const requirement = this.requirements.get(outcome.index);
    if (requirement === OPTIONAL) return false;
    if (requirement === REQUIRED) return true;
    if (this.mode === 'COLLECT') return this.failures > (this.policy.maxFailures ?? Infinity);
    if (this.mode === 'ANY') return this.successes === 0;
    if (this.mode === 'QUORUM') return this.successes < (this.policy.minSuccesses ?? 0);
    return this.mode !== 'RACE' || decided;
  }

  /** Whether that failure, where it fails the gather, does so without any other. */
  decidesAlone(index) {
    return FAILURE_DECIDES.includes(this.mode) || this.requirements.get(index) === REQUIRED;
  }

  /** The failures that were kept, in the order of the calls. */
  listed() {
    const inOrder = [...this.kept].sort((a, b) => a.index - b.index);
    return inOrder.map((outcome) => new SubCallError(outcome));
  }

  /** The gather's error; null for one that is satisfied. */
  failure(decision, gatherId) {
    const verdict = wire.verdict[decision.verdict] ?? null;
    if (verdict === 'SATISFIED') return null;
    return new GatherError({
      ...(verdict === 'FAILED' ? this.#failed(decision) : ended(verdict, decision)),
      verdict,
      decidedBy: decision.decidedBy,
      errors: this.listed(),
      totalFailures: this.total,
      gatherId,
    });
  }

  #failed(decision) {
    const deciding = this.#deciding(decision);
    const said = decision.status?.message ?? '';
    const others = this.total - (deciding ? 1 : 0);
    return {
      code: decision.status?.code || Code.UNKNOWN,
      message:
        (deciding ? `${nameOf(deciding)}: ${said}` : said) +
        (others > 0 ? ` (+${others} more)` : ''),
      reason: 'SUB_CALL_FAILED',
    };
  }

  /** The failure whose status a FAILED decision carries. */
  #deciding({ decidedBy }) {
    if (decidedBy == null) return null;
    if (!this.decidesAlone(decidedBy)) return this.first;
    return this.kept.find((outcome) => outcome.index === decidedBy) ?? null;
  }
}

const finished = (outcome) => outcome.timing.finishedMs;

/** For a verdict that no sub-call brought about. */
function ended(verdict, { status }) {
  const message = status?.message ?? '';
  if (verdict === 'DEADLINE_EXCEEDED') {
    return { code: Code.DEADLINE_EXCEEDED, message, reason: 'GATHER_DEADLINE' };
  }
  if (verdict === 'CANCELLED' && status?.code === Code.CANCELLED) {
    return { code: Code.CANCELLED, message };
  }
  if (verdict === 'CANCELLED') return { code: Code.UNAVAILABLE, message, reason: 'SHUTDOWN' };
  return { code: Code.INTERNAL, message: 'the answer holds no verdict that this client knows' };
}

module.exports = { Ledger };
