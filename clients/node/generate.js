#!/usr/bin/env node
// Makes gather.json, the messages of gather.proto as protobufjs takes them, anew; with --check it
// only says whether it is current.
'use strict';

const fs = require('node:fs');
const path = require('node:path');
const protobuf = require('protobufjs');

const protos = path.join(__dirname, '../../proto');
const file = path.join(__dirname, 'gather.json');

const root = new protobuf.Root();
root.resolvePath = (origin, target) =>
  path.isAbsolute(target) || target.startsWith('google/') ? target : path.join(protos, target);
root.loadSync('gather/v1/gather.proto');
const made = `${JSON.stringify(root.toJSON(), null, 2)}\n`;

if (!process.argv.includes('--check')) {
  fs.writeFileSync(file, made);
} else if (fs.readFileSync(file, 'utf8') !== made) {
  console.error('gather.json is not what gather.proto says: run `npm run generate`');
  process.exitCode = 1;
}
