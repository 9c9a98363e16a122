import { type Digest, digestFromHex } from '../digest.ts';
import { WherryError } from '../error.ts';

/** The file of sums, in the format of sha256sum(1). */
export const sumsFile = 'SHA256SUMS';

export interface Sum {
  file: string;
  digest: Digest;
}

/**
 * Reads a file of sums.
 *
 * @throws WherryError CORRUPT when it is none, or names a file in another folder
 */
export function agentSums(bytes: Buffer): Sum[] {
  const text = bytes.toString('utf8');
  const lines = text.split('\n').slice(0, -1);
  const sums = lines.map((line) => /^([0-9a-f]{64}) [ *]([\w.+-]+)$/.exec(line));
  if (!text.endsWith('\n') || sums.includes(null)) {
    throw new WherryError('CORRUPT', `${sumsFile} is not a list of sums.`, {
      side: 'store',
      hint: 'Build the agent again, and publish it as a new version.',
    });
  }
  return sums.map((found) => ({ digest: digestFromHex(found?.[1] ?? ''), file: found?.[2] ?? '' }));
}
