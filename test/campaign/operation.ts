import type { Digest } from '../../shared/digest.ts';
import type { TestImage } from '../support/image/build.ts';
import type { LayoutName } from '../support/image/layouts.ts';

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

export interface Push extends Started {
  kind: 'push';
  image: TestImage;
  /** The manifest's. */
  digest: Digest;
  /** Such as `app:v1`; one or more. */
  tags: string[];
  from: 'file' | 'stdin' | 'engine';
  /** Of the archive. */
  layout: LayoutName;
  expect: Digest | 'none' | undefined;
  immutable: boolean;
  repair: boolean;
}

export interface Pull extends Started {
  kind: 'pull';
  program: 'wherry' | 'wherry-agent';
  /** What is asked for: the digest where there is one, else the tag. */
  tag: string;
  digest: Digest | undefined;
  into: 'file' | 'stdout' | 'engine';
  /** What it is called in the engine. */
  local: string;
  full: boolean;
}

export type Operation = Push | Pull;

/** What became of an operation. */
export interface Outcome {
  operation: Operation;
  /** The exit code, or the name of the signal that ended the program. */
  code: number | string;
  /** The document on stdout; undefined when there is none. */
  json: { digest?: string } | undefined;
  stderr: string;
  seconds: number;
  /** Whether it outlived its budget, and was killed for that. */
  hung: boolean;
  /** The archive that was written; undefined when there is none. */
  archive: Buffer | undefined;
}

/** Where a pull's image comes from, as the command line says it. */
export function referenceOf({ tag, digest }: Pull): string {
  return digest ? `${tag.slice(0, tag.indexOf(':'))}@${digest}` : tag;
}
