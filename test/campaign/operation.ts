import type { Digest } from '../../shared/digest.ts';
import type { TestImage } from '../support/image/build.ts';
import type { LayoutName } from '../support/image/layouts.ts';
import { type Place, tagAt } from './places.ts';

/** When a program is ended from outside, and how. */
export interface Kill {
  signal: 'SIGKILL' | 'SIGINT' | 'SIGTERM';
  /** Milliseconds after its start, or when so many requests of its batch have come. */
  after: { milliseconds: number } | { requests: number };
}

interface Started {
  /** From 1, in the order of the plan. */
  number: number;
  kill: Kill | undefined;
}

interface Moving extends Started {
  expect: Digest | 'none' | undefined;
}

export interface Push extends Moving {
  kind: 'push';
  image: TestImage;
  /** The manifest's. */
  digest: Digest;
  /** One or more, all of one store. */
  places: [Place, ...Place[]];
  from: 'file' | 'stdin' | 'engine';
  /** Of the archive. */
  layout: LayoutName;
  immutable: boolean;
  repair: boolean;
}

export interface Promote extends Moving {
  kind: 'promote';
  /** What is asked for: the digest where there is one, of the same repository, else the tag. */
  source: Place;
  digest: Digest | undefined;
  places: [Place];
  immutable: boolean;
  /** Whether the target's server is given another name, so that what is missing is carried. */
  carried: boolean;
}

export interface Rollback extends Moving {
  kind: 'rollback';
  places: [Place];
  to: number | Digest | undefined;
}

export interface Removal extends Moving {
  kind: 'remove';
  places: [Place];
}

export interface Pull extends Started {
  kind: 'pull';
  program: 'wherry' | 'wherry-agent';
  /** What is asked for: the digest where there is one, else the tag. */
  source: Place;
  digest: Digest | undefined;
  into: 'file' | 'stdout' | 'engine';
  /** What it is called in the engine. */
  local: string;
  full: boolean;
}

/** What changes tags. */
export type Move = Push | Promote | Rollback | Removal;

export type Operation = Move | Pull;

/** What became of an operation. */
export interface Outcome<Of extends Operation = Operation> {
  operation: Of;
  /** The exit code, or the name of the signal that ended the program. */
  code: number | string;
  /** The document on stdout; undefined when there is none. */
  json: Document | undefined;
  stderr: string;
  seconds: number;
  /** Whether it outlived its budget, and was killed for that. */
  hung: boolean;
  /** The archive that was written; undefined when there is none. */
  archive: Buffer | undefined;
}

/** What the checks read of a document. */
export interface Document {
  digest?: string;
  /** Of the tag's last change; a push does not tell. */
  sequence?: number;
  /** Whether a promotion or rollback changed the tag. */
  moved?: boolean;
  /** Whether a removal did. */
  removed?: boolean;
  /** Of a promotion: the tag's last change when it was planned; none where there was none ever. */
  plan?: { last?: { sequence: number } };
}

/** What is asked for, as the command line says it. */
export function referenceOf({ source, digest }: Pull | Promote): string {
  const tag = tagAt(source);
  return digest ? `${tag.slice(0, tag.indexOf(':'))}@${digest}` : tag;
}

/** Goes into the record of each change that the operation makes. */
export function noteOf({ number }: Operation): string {
  return `operation ${number}`;
}

/** The tags that an operation looks at or changes. */
export function placesOf(operation: Operation): Place[] {
  switch (operation.kind) {
    case 'pull':
      return [operation.source];
    case 'promote':
      return [operation.source, ...operation.places];
    default:
      return operation.places;
  }
}
