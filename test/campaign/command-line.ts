import { join } from 'node:path';
import {
  type Move,
  noteOf,
  type Operation,
  type Promote,
  type Pull,
  type Push,
  referenceOf,
} from './operation.ts';
import { type Place, storeAt, tagAt } from './places.ts';
import { type Setting, urlOf } from './setting.ts';

/** What an operation's program is given. */
export function commandLine(operation: Operation, setting: Setting): string[] {
  return [...ownArgs(operation, setting), '--log-level', 'debug'];
}

/** What the pushed image is called where it comes from. */
export function sourceName({ number }: Push): string {
  return `built:${number}`;
}

/** Where an archive is read from, or written to. */
export function archivePath({ number }: Operation, { folder }: Setting): string {
  return join(folder, `${number}.tar`);
}

function ownArgs(operation: Operation, setting: Setting): string[] {
  switch (operation.kind) {
    case 'pull':
      return pullArgs(operation, setting);
    case 'push':
      return pushArgs(operation, setting);
    case 'promote':
      return promoteArgs(operation, setting);
    case 'rollback': {
      const { places, to } = operation;
      const args = ['rollback', tagAt(places[0]), ...(to ? ['--to', `${to}`] : []), '--yes'];
      return [...args, ...moveArgs(operation)];
    }
    case 'remove':
      return ['rm', tagAt(operation.places[0]), '--yes', ...moveArgs(operation)];
  }
}

function pushArgs(push: Push, setting: Setting): string[] {
  const { from, places, immutable, repair } = push;
  const input = from === 'stdin' ? '-' : archivePath(push, setting);
  return [
    ...['push', sourceName(push), ...places.flatMap((place) => ['--as', tagAt(place)])],
    ...(from === 'engine' ? [] : ['--input', input]),
    ...(immutable ? ['--immutable'] : []),
    ...(repair ? ['--repair'] : []),
    ...moveArgs(push),
  ];
}

function promoteArgs(promote: Promote, { server }: Setting): string[] {
  const { source, places, immutable, carried } = promote;
  const [target] = places;
  const between = storeAt(source) !== storeAt(target);
  const other = server.url.replace('127.0.0.1', 'localhost');
  return [
    ...['promote', referenceOf(promote), tagAt(target), '--yes'],
    ...(between ? ['--to', urlOf(storeAt(target))] : []),
    ...(between && carried ? ['--to-endpoint-url', other] : []),
    ...(immutable ? ['--immutable'] : []),
    ...moveArgs(promote),
  ];
}

/** What all that change tags are told. */
function moveArgs(move: Move): string[] {
  const { expect } = move;
  const place = move.kind === 'promote' ? move.source : move.places[0];
  return [
    ...storeArgs(place),
    ...(expect ? ['--expect', expect] : []),
    ...['--note', noteOf(move), '--json'],
  ];
}

function pullArgs(pull: Pull, setting: Setting): string[] {
  const { source, into, local, full } = pull;
  const output = into === 'stdout' ? '-' : archivePath(pull, setting);
  return [
    ...['pull', referenceOf(pull), '--tag', local, ...storeArgs(source)],
    ...(into === 'engine' ? [] : ['--output', output]),
    ...(into === 'stdout' ? [] : ['--json']),
    ...(full ? ['--full'] : []),
  ];
}

function storeArgs(place: Place): string[] {
  return ['--store', urlOf(storeAt(place))];
}
