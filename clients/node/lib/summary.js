'use strict';

const { toMilliseconds } = require('./duration');

/** A gather in numbers. */
function readSummary(summary) {
  if (!summary) return null;
  const { gatherId, succeeded, failed, cancelled, notStarted, rejected, detached } = summary;
  return {
    gatherId,
    succeeded,
    failed,
    cancelled,
    notStarted,
    rejected,
    detached,
    elapsedMs: toMilliseconds(summary.elapsed),
    overheadMs: toMilliseconds(summary.overhead),
    straggler: summary.straggler ?? null,
  };
}

module.exports = { readSummary };
