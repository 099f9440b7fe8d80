'use strict';

const grpc = require('@grpc/grpc-js');
const { toMilliseconds } = require('./duration');
const wire = require('./wire');

// What the channel is like unless the caller says otherwise. The server's own bound on an answer's
// replies is 64 MiB, and more stands beside them; gRPC's default is 4 MB.
const CHANNEL_OPTIONS = {
  'grpc.max_receive_message_length': 65 << 20,
  'grpc.max_send_message_length': -1,
  'grpc.enable_retries': 0,
  'grpc.enable_http_proxy': 0,
  'grpc.initial_reconnect_backoff_ms': 100,
  'grpc.max_reconnect_backoff_ms': 5000,
};

/** Speaks to one gatherd. */
class Client {
  /** @internal */
  rpc;

  constructor(address, credentials = grpc.credentials.createInsecure(), channelOptions = {}) {
    this.rpc = new grpc.Client(address, credentials, { ...CHANNEL_OPTIONS, ...channelOptions });
    Object.defineProperty(this, 'rpc', { enumerable: false });
  }

  /** Closes the connection when what runs has ended. */
  close() {
    this.rpc.close();
  }

  /** What this caller may use: limits, modes, targets and methods. */
  async getCapabilities() {
    const told = await new Promise((resolve, reject) => {
      const { path, serialize, deserialize } = wire.getCapabilities;
      this.rpc.makeUnaryRequest(path, serialize, deserialize, {}, (error, reply) =>
        error ? reject(error) : resolve(reply),
      );
    });
    return {
      version: told.version,
      maxCalls: told.maxCalls,
      maxRequestBytes: Number(told.maxRequestBytes),
      maxResponseBytes: Number(told.maxResponseBytes),
      maxTimeoutMs: toMilliseconds(told.maxTimeout),
      maxConcurrency: told.maxConcurrency,
      modes: told.modes.map((mode) => wire.mode[mode]),
      targets: told.targets.map(({ name, methods }) => ({ name, methods })),
    };
  }
}

module.exports = { Client };
