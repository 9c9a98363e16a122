import { Readable } from 'node:stream';
import { newMeter } from '../../shared/bucket/metered.ts';
import { type BucketSettings, openBucket, parseLocation } from '../../shared/bucket/open.ts';
import { silent } from '../../shared/events.ts';
import { parseTagReference } from '../../shared/image/reference.ts';
import { openStore, type Store } from '../../shared/store/store.ts';
import { type PushResult, push } from '../../shared/transfer/push.ts';

/** A store, in this process. For one on S3 the credentials have to be in the process's environment. */
export async function openTestStore(
  url: string,
  settings: Partial<BucketSettings> = {},
): Promise<Store> {
  return openStore(await openBucket(parseLocation(url), { env: process.env, ...settings }));
}

/** Pushes an archive in this process, which is quicker than by the program. */
export async function pushArchive(
  url: string,
  tag: string,
  archive: Buffer,
  settings?: Partial<BucketSettings>,
): Promise<PushResult> {
  const source = { kind: 'archive' as const, open: () => Readable.from([archive]) };
  const context = { store: await openTestStore(url, settings), meter: newMeter(), report: silent };
  return push({ source, tags: [parseTagReference(tag)] }, context);
}
