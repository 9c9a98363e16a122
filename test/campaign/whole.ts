import { PassThrough } from 'node:stream';
import { newMeter } from '../../shared/bucket/metered.ts';
import type { Digest } from '../../shared/digest.ts';
import { messageOf } from '../../shared/error.ts';
import { silent } from '../../shared/events.ts';
import { parseReference } from '../../shared/image/reference.ts';
import { pull } from '../../shared/transfer/pull.ts';
import { bytesOf } from '../support/image/bytes.ts';
import { differenceIn } from './compare.ts';
import type { Model } from './model.ts';
import type { StoreName } from './places.ts';
import type { Setting } from './setting.ts';

/**
 * By digest, in this process: what is pulled is the same as by the programs.
 *
 * @returns the rules that were broken
 */
export async function checkWhole(
  digest: Digest,
  name: StoreName,
  { stores }: Setting,
  model: Model,
): Promise<string[]> {
  const written = new PassThrough();
  const to = { kind: 'archive' as const, open: () => written };
  const request = { reference: parseReference(`any@${digest}`), tag: undefined, to };
  const context = { store: stores[name], meter: newMeter(), report: silent };
  try {
    const [archive] = await Promise.all([bytesOf(written), pull(request, context)]);
    const image = model.images.get(digest);
    const difference = image ? await differenceIn(archive, image) : 'nobody pushed it';
    return difference ? [`${digest} of ${name} is not what was pushed: ${difference}`] : [];
  } catch (error) {
    return [`${digest} was in ${name}, and cannot be pulled: ${messageOf(error)}`];
  }
}
