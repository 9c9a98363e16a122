import { ListMultipartUploadsCommand, S3Client } from '@aws-sdk/client-s3';
import { runBatch } from './batch.ts';
import type { Model } from './model.ts';
import type { Operation } from './operation.ts';
import { calm } from './phase.ts';
import { type StoreName, storeNames } from './places.ts';
import type { Planner } from './plan.ts';
import { bucketOf, type Setting } from './setting.ts';
import { Tally } from './tally.ts';
import { checkWhole } from './whole.ts';

interface Parts {
  setting: Setting;
  model: Model;
  planner: Planner;
}

/**
 * With the faults gone, all that was promised must be there.
 *
 * @returns the rules that were broken
 */
export async function checkEnd({ setting, model, planner }: Parts): Promise<string[]> {
  const broken: string[] = [];
  const calmly = async (operation: Operation) => {
    const batch = { phase: calm, operations: [operation], emptyEngine: false };
    const tally = new Tally();
    broken.push(...(await runBatch(batch, { setting, model, tally })));
    if (tally.ended('done') !== 1) broken.push(`operation ${operation.number} failed in the end`);
  };
  await calmly(await planner.pushNew());
  for (const place of model.places) {
    if (model.pointer(place)) await calmly(planner.pullTag(place));
  }
  for (const store of storeNames) {
    for (const digest of model.whole(store)) {
      broken.push(...(await checkWhole(digest, store, setting, model)));
    }
    broken.push(...(await checkUploads(store, setting)));
  }
  return broken;
}

/** Chunks are put whole, so that not even a killed push leaves an upload. */
async function checkUploads(store: StoreName, { server }: Setting): Promise<string[]> {
  const client = new S3Client({ endpoint: server.url, forcePathStyle: true });
  const { Uploads = [] } = await client.send(
    new ListMultipartUploadsCommand({ Bucket: bucketOf[store] }),
  );
  return Uploads.map(({ Key }) => `an upload of ${Key} was never completed`);
}
