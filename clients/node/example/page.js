// Gathers what a web page needs, through a gatherd that has the demo backends.
//
// usage: node page.js HOST:PORT demo.proto
'use strict';

const grpc = require('@grpc/grpc-js');
const protoLoader = require('@grpc/proto-loader');
const { Client, call, gather } = require('gather');

const [address, proto] = process.argv.slice(2);
const { demo } = grpc.loadPackageDefinition(protoLoader.loadSync(proto, { keepCase: true }));

// [README]
const { GetUser } = demo.Users.service;
const { List } = demo.Posts.service;
const { Pick } = demo.Adverts.service;

async function page(client, name) {
  const [user, { posts }, advert] = await gather(client, [
    call('users', GetUser, { name }),
    call('posts', List, { author: name }),
    call('adverts', Pick, { topic: 'weather' }, { optional: true }),
  ]); // throws the first failure; the other calls were cancelled
  return `${user.full_name} has ${posts.length} posts. ${advert?.text ?? 'No advert today.'}`;
}
// [/README]

async function main() {
  const client = new Client(address);
  for (const name of ['ada', 'nobody']) {
    try {
      console.log(await page(client, name));
    } catch (error) {
      console.log(`${error.name}: ${error.message}`);
    }
  }
  client.close();
}

main();
