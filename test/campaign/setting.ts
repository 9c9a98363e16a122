import { EventEmitter } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { digestOf } from '../../shared/digest.ts';
import { openDockerEngine } from '../../shared/engine/docker.ts';
import type { Engine } from '../../shared/engine/engine.ts';
import type { Store } from '../../shared/store/store.ts';
import { canStartEngine, startDockerEngine } from '../engines/throwaway.ts';
import type { S3Server } from '../s3/server.ts';
import { startTestS3 } from '../support/s3.ts';
import { openTestStore } from '../support/store.ts';
import type { Cleanup } from '../support/temp.ts';
import type { StoreName } from './places.ts';

/** In which bucket of the server each store is. */
export const bucketOf: Record<StoreName, string> = { staging: 'images', production: 'prod' };

/** Where a campaign takes place. */
export interface Setting {
  /** Archives, and the log of each operation. */
  folder: string;
  /** Of the programs. */
  env: Record<string, string>;
  server: S3Server;
  /** Emits `request` for each request that the server begins to serve. */
  arrivals: EventEmitter;
  /** Those that the programs work on, for this process to look at. */
  stores: Record<StoreName, Store>;
  engine: Engine | undefined;
  /** Why there is no engine. */
  withoutEngine: string | undefined;
}

/** All of it is for as long as `cleanup` says, but for the folder, which is for the caller to remove. */
export async function openSetting(
  { seed, folder }: { seed: number; folder: string },
  cleanup: Cleanup,
): Promise<Setting> {
  const arrivals = new EventEmitter();
  arrivals.setMaxListeners(0);
  const authorize = () => {
    arrivals.emit('request');
    return true;
  };
  const buckets = Object.values(bucketOf);
  const server = await startTestS3(cleanup, { seed, authorize, buckets });
  const withoutEngine = await canStartEngine();
  const throwaway = withoutEngine ? undefined : await startDockerEngine({ name: 'campaign' });
  cleanup.after(() => throwaway?.stop());
  const host = throwaway?.host ?? `unix://${join(folder, 'no-engine.sock')}`;
  const env = { ...server.env, DOCKER_HOST: host };
  Object.assign(process.env, server.env);
  const [staging, production] = await Promise.all([
    openTestStore(urlOf('staging')),
    openTestStore(urlOf('production')),
  ]);
  const stores = { staging, production };
  const engine = throwaway && (await openDockerEngine({ env: {}, host }));
  return { folder, env, server, arrivals, stores, engine, withoutEngine };
}

export function urlOf(name: StoreName): string {
  return `s3://${bucketOf[name]}/campaign`;
}

/** A key that no object has. */
const anyDigest = digestOf(Buffer.from('nothing'));

/** Resolves when the server has nothing to do any more, also for programs that are gone. */
export async function settle({ server, stores }: Setting): Promise<void> {
  // Answered after whatever those who are gone have sent.
  await stores.staging.hasChunk(anyDigest);
  while (server.requests.count({ duration: undefined }) > 0) await sleep(2);
}
