// Plays conformance cases with the Node client: a case as JSON in each line of standard input, a
// report in each line of standard output. See README.md.
//
//   main.js --server=HOST:PORT [--targets=…]
'use strict';

const readline = require('node:readline');

const { Client } = require('../../../clients/node');
const { Player } = require('./player');

async function main() {
  const server = process.argv.find((each) => each.startsWith('--server='));
  const client = new Client(server.slice('--server='.length));
  const lines = readline.createInterface({ input: process.stdin })[Symbol.asyncIterator]();
  const player = new Player(client, () => lines.next());
  for (let line = await lines.next(); !line.done; line = await lines.next()) {
    const played = JSON.parse(line.value);
    const saw = await player.play(played);
    console.log(JSON.stringify({ case: played.name, saw }));
  }
  client.close();
}

main();
