import type { IncomingHttpHeaders } from 'node:http';
import type { Digest } from '../../shared/digest.ts';
import { etagOf } from './conditions.ts';
import { Refusal } from './refusal.ts';

/** Bytes from `start` up to, and without, `end`. */
export interface ByteRange {
  start: number;
  end: number;
}

/**
 * The one range that a request for `size` bytes asks for (RFC 9110, section 14.2).
 *
 * @returns undefined when all is to be sent: no range, several, one that is malformed, or one of
 *   another version
 * @throws Refusal 416 when there is not a byte in it
 */
export function rangeOf(
  headers: IncomingHttpHeaders,
  digest: Digest,
  size: number,
): ByteRange | undefined {
  const [, first, last] = /^bytes=(\d*)-(\d*)$/.exec(headers.range ?? '') ?? [];
  if (first === undefined || last === undefined || first + last === '') return undefined;
  const version = headers['if-range'];
  if (version !== undefined && version !== etagOf(digest)) return undefined;
  const start = first === '' ? Math.max(0, size - Number(last)) : Number(first);
  const end = first === '' || last === '' ? size : Math.min(size, Number(last) + 1);
  if (first !== '' && last !== '' && Number(last) < start) return undefined;
  if (start < end) return { start, end };
  throw new Refusal(416, 'RANGE_INVALID', `There are ${size} bytes.`, {
    'content-range': `bytes */${size}`,
  });
}
