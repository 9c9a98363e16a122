import type { FetchedObject, ListPage } from '../bucket/bucket.ts';
import type { BucketSettings, Location } from '../bucket/open.ts';
import type { S3Probe } from '../bucket/s3/probe.ts';
import type { Engine, EngineInfo } from '../engine/engine.ts';
import type { TagReference } from '../image/reference.ts';
import type { Store } from '../store/store.ts';

/** What the store and the engine are to be used for. */
export type Purpose = 'push' | 'pull' | 'promote';

/** Where doctor was called, and what for. */
export interface Setting {
  /** Whose doctor this is. */
  program: string;
  purpose: Purpose;
  /** The image whose pull is to be looked at; by default the largest. */
  image: TagReference | undefined;
  settings: BucketSettings;
  /** Requests are tried once. */
  store: Store;
  openEngine: () => Promise<Engine>;
  /** This machine's name in the fleet. */
  host: string;
  local: Local;
}

/** A setting whose store is in S3, and what its checks have found out so far. */
export interface S3Setting extends Setting {
  location: Extract<Location, { kind: 's3' }>;
  probe: S3Probe;
  known: Known;
}

/** What one check found out and later ones use: set by the check that is named. */
export interface Known {
  /** endpoint: where requests for the bucket go. */
  address?: URL;
  region?: string;
  /** name: of the endpoint's host. */
  hosts?: string[];
  /** answer: to a request that is nobody's. */
  answer?: Answer;
  /** signed: format.json, or why it was not given. */
  format?: { object: FetchedObject | undefined } | { denied: unknown };
  /** list: the tags' objects; none when that is denied. */
  tags?: ListPage;
}

/** What a check that this one needs has set. */
export function found<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('a check before this one has found nothing');
  return value;
}

/** format.json; undefined where there is none yet, or it may not be read. */
export function formatOf({ format }: Known): FetchedObject | undefined {
  return format && 'object' in format ? format.object : undefined;
}

/** An ETag that no object has: a put on condition of it stores nothing. */
export const noEtag = '"wherry-doctor"';

/** What a server says of itself. */
export interface Answer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  /** When it came, by this machine's clock, and how long it took, in milliseconds. */
  at: number;
  took: number;
}

/** What the checks of image and engine have found out so far. */
export interface Local {
  engine?: Engine;
  info?: EngineInfo;
  /** image: the one whose pull is looked at. */
  image?: TagReference;
}
