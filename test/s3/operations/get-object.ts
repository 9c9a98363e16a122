import { invalidArgument, S3Error } from '../errors.ts';
import type { Answer } from '../http/answer.ts';
import type { OpenObject } from '../storage/bucket.ts';
import type { StoredObject } from '../storage/object.ts';
import type { Call } from './call.ts';
import { readCondition } from './conditions.ts';
import { checksumHeaders, objectHeaders, quoted } from './object-headers.ts';
import type { Operation } from './operation.ts';
import { type ByteRange, parseRange } from './range.ts';

const OVERRIDES = [
  'response-cache-control',
  'response-content-disposition',
  'response-content-encoding',
  'response-content-language',
  'response-content-type',
  'response-expires',
];

export const getObject: Operation = {
  name: 'GetObject',
  action: 's3:GetObject',
  query: ['partNumber', ...OVERRIDES],
  async run(call) {
    const opened = await openObject(call);
    try {
      const answer = describe(call, opened.object);
      if (answer.range) {
        const { start, end } = answer.range;
        answer.body = { size: end - start, content: opened.read(start, end) };
      }
      return { ...answer, release: opened.close };
    } catch (error) {
      opened.close();
      throw error;
    }
  },
};

export const headObject: Operation = {
  name: 'HeadObject',
  action: 's3:GetObject',
  query: ['partNumber', ...OVERRIDES],
  async run(call) {
    const opened = await openObject(call);
    opened.close();
    return describe(call, opened.object);
  },
};

async function openObject(call: Call): Promise<OpenObject> {
  const opened = call.bucket().open(call.request.key);
  if (!opened) throw await call.missingKey();
  return opened;
}

/** The answer but for the bytes; `range` is what they are, if there are any to send. */
function describe(call: Call, object: StoredObject): Answer & { range?: ByteRange } {
  const condition = readCondition(call.headers, object);
  const headers = objectHeaders(object);
  if (condition === 'not-modified') {
    return {
      status: 304,
      headers: { etag: quoted(object.etag), 'last-modified': headers['last-modified'] as string },
    };
  }
  const partial = partRange(call, object) ?? parseRange(call.headers.get('range'), object.size);
  const range = partial ?? { start: 0, end: object.size };
  headers['content-length'] = `${range.end - range.start}`;
  for (const name of OVERRIDES) {
    const value = call.query.get(name);
    if (value !== null) headers[name.replace('response-', '')] = value;
  }
  if (call.query.has('partNumber') && object.uploadId !== undefined) {
    headers['x-amz-mp-parts-count'] = `${object.segments.length}`;
  }
  if (partial) {
    headers['content-range'] = `bytes ${range.start}-${range.end - 1}/${object.size}`;
    return { status: 206, headers, range };
  }
  if (call.headers.get('x-amz-checksum-mode')?.toUpperCase() === 'ENABLED') {
    Object.assign(headers, checksumHeaders(object.checksum));
  }
  return { status: 200, headers, range };
}

/** The bytes of one part; an object that was put in one piece is its own part 1. */
function partRange(call: Call, object: StoredObject): ByteRange | undefined {
  const text = call.query.get('partNumber');
  if (text === null) return undefined;
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1 || number > 10_000) {
    throw invalidArgument(
      'Part number must be an integer between 1 and 10000, inclusive',
      'partNumber',
      text,
    );
  }
  if (call.headers.has('range')) {
    throw new S3Error('InvalidRequest', {
      message: 'Cannot specify both Range header and partNumber query parameter',
    });
  }
  const segment = object.segments[number - 1];
  if (!segment)
    throw new S3Error('InvalidRange', {
      details: { ActualPartCount: `${object.segments.length}` },
    });
  if (segment.size === 0) return undefined;
  const start = object.segments.slice(0, number - 1).reduce((sum, { size }) => sum + size, 0);
  return { start, end: start + segment.size };
}
