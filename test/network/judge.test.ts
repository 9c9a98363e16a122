import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addresses, ports, routerMac } from './addresses.ts';
import { judge } from './judge.ts';
import type { Packet } from './packet.ts';

const at = addresses.IPv6;

const packet = (parts: Partial<Packet>): Packet => ({
  mac: '02:00:00:00:00:20',
  protocol: 'tcp',
  source: at.instance,
  destination: at.gateway,
  sourcePort: ports.service,
  destinationPort: 40_000,
  begins: false,
  type: 0,
  hops: 64,
  ...parts,
});

const question = packet({
  ...{ mac: routerMac, source: at.gateway, destination: at.instance, begins: true },
  ...{ sourcePort: 40_000, destinationPort: ports.service },
});

const forbidden = (...packets: Packet[]) => judge(packets, at).forbidden.length;

test('an answer is one to what the gateway began, from the port that it asked', () => {
  const answer = packet({});
  assert.equal(forbidden(question, answer), 0);
  assert.equal(forbidden(answer), 1);
  assert.equal(forbidden({ ...question, begins: false }, answer), 1);
  assert.equal(forbidden({ ...question, destinationPort: 22 }, answer), 1);
  assert.equal(forbidden({ ...question, source: at.ci }, answer), 1);
  assert.equal(forbidden(question, { ...answer, begins: true }), 1);
  assert.equal(forbidden(question, { ...answer, sourcePort: 22 }), 1);
  assert.equal(forbidden(question, { ...answer, destinationPort: 40_001 }), 1);
  assert.equal(forbidden(question, { ...answer, destination: at.ci }), 1);
  assert.equal(forbidden(question, { ...answer, protocol: 'udp' }), 1);
});

test('it counts what the instance sends, whatever sender that names', () => {
  const put = packet({ destination: at.bucket, destinationPort: ports.s3, begins: true });
  assert.equal(judge([put], at).sent.bucket, 1);
  assert.equal(forbidden({ ...put, source: at.ci }), 1);
  assert.equal(forbidden({ ...put, protocol: 'udp' }), 1);
  assert.equal(judge([{ ...put, mac: question.mac }], at).sent.bucket, 0);
});

test('what finds a neighbour goes no further than to one', () => {
  const group = packet({ protocol: 'icmpv6', destination: 'ff02::16', type: 143, hops: 1 });
  const neighbour = { ...group, destination: 'ff02::1:ff00:1', type: 135, hops: 255 };
  assert.equal(judge([group, neighbour], at).sent.neighbours, 2);
  assert.equal(forbidden({ ...neighbour, hops: 64 }, { ...group, hops: 64 }), 2);
  assert.equal(forbidden({ ...neighbour, type: 128 }, { ...group, type: 129 }), 2);
  assert.equal(forbidden(packet({ protocol: 'ethernet 0x88cc' })), 1);
});
