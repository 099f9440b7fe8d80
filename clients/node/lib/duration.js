'use strict';

/** Milliseconds as the wire has them, rounded up to a nanosecond. */
function toWire(milliseconds) {
  let seconds = Math.floor(milliseconds / 1000);
  let nanos = Math.ceil((milliseconds - seconds * 1000) * 1e6);
  if (nanos === 1e9) {
    seconds += 1;
    nanos = 0;
  }
  return { seconds, nanos };
}

/** Milliseconds; 0 for none. */
function toMilliseconds(duration) {
  return duration ? Number(duration.seconds ?? 0) * 1000 + (duration.nanos ?? 0) / 1e6 : 0;
}

module.exports = { toMilliseconds, toWire };
