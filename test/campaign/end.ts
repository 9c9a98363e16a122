import { PassThrough } from 'node:stream';
import { ListMultipartUploadsCommand, S3Client } from '@aws-sdk/client-s3';
import { newMeter } from '../../shared/bucket/metered.ts';
import type { Digest } from '../../shared/digest.ts';
import { messageOf } from '../../shared/error.ts';
import { silent } from '../../shared/events.ts';
import { parseReference } from '../../shared/image/reference.ts';
import { pull } from '../../shared/transfer/pull.ts';
import { bytesOf } from '../support/image/bytes.ts';
import { runBatch } from './batch.ts';
import { differenceIn } from './compare.ts';
import type { Model } from './model.ts';
import type { Operation } from './operation.ts';
import { calm } from './phase.ts';
import type { Planner } from './plan.ts';
import type { Setting } from './setting.ts';
import { Tally } from './tally.ts';

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
  for (const tag of model.tags) await calmly(planner.pullTag(tag));
  for (const digest of model.whole) broken.push(...(await checkWhole(digest, setting, model)));
  return [...broken, ...(await checkUploads(setting))];
}

/** By digest, in this process: what is pulled is the same as by the programs. */
async function checkWhole(digest: Digest, { store }: Setting, model: Model): Promise<string[]> {
  const written = new PassThrough();
  const to = { kind: 'archive' as const, open: () => written };
  const request = { reference: parseReference(`any@${digest}`), tag: undefined, to };
  const context = { store, meter: newMeter(), report: silent };
  try {
    const [archive] = await Promise.all([bytesOf(written), pull(request, context)]);
    const image = model.images.get(digest);
    const difference = image ? await differenceIn(archive, image) : 'nobody pushed it';
    return difference ? [`${digest} is not what was pushed: ${difference}`] : [];
  } catch (error) {
    return [`${digest} was pushed, and cannot be pulled: ${messageOf(error)}`];
  }
}

/** Chunks are put whole, so that not even a killed push leaves an upload. */
async function checkUploads({ server }: Setting): Promise<string[]> {
  const client = new S3Client({ endpoint: server.url, forcePathStyle: true });
  const { Uploads = [] } = await client.send(new ListMultipartUploadsCommand({ Bucket: 'images' }));
  return Uploads.map(({ Key }) => `an upload of ${Key} was never completed`);
}
