import { notImplemented, S3Error } from '../errors.ts';

/** `end` is exclusive. */
export interface ByteRange {
  start: number;
  end: number;
}

/**
 * The part of `size` bytes that a Range header asks for; undefined for the whole, which is
 * also what a header that cannot be parsed gets. Throws S3Error InvalidRange, and
 * NotImplemented for several ranges at once.
 */
export function parseRange(header: string | undefined, size: number): ByteRange | undefined {
  if (header === undefined) return undefined;
  if (/^bytes=.*,/.test(header)) throw notImplemented('Range');
  const match = /^bytes=(\d*)-(\d*)$/.exec(header);
  const [, first = '', last = ''] = match ?? [];
  if (first === '' && last === '') return undefined;
  const start = first === '' ? Math.max(size - Number(last), 0) : Number(first);
  const end = first === '' || last === '' ? size : Math.min(Number(last) + 1, size);
  if (first !== '' && last !== '' && Number(last) < Number(first)) return undefined;
  if (start >= end) {
    throw new S3Error('InvalidRange', {
      details: { RangeRequested: header, ActualObjectSize: `${size}` },
      headers: { 'content-range': `bytes */${size}` },
    });
  }
  return { start, end };
}
