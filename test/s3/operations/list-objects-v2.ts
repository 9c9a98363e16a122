import { invalidArgument } from '../errors.ts';
import { xmlAnswer } from '../http/answer.ts';
import { listPage } from '../storage/listing.ts';
import { listElements } from './list-elements.ts';
import type { Operation } from './operation.ts';
import { nameEncoder, pageLimit } from './paging.ts';

export const listObjectsV2: Operation = {
  name: 'ListObjectsV2',
  action: 's3:ListBucket',
  query: [
    'list-type',
    'prefix',
    'delimiter',
    'max-keys',
    'start-after',
    'continuation-token',
    'encoding-type',
    'fetch-owner',
  ],
  run(call) {
    const { query } = call;
    const { type, encode } = nameEncoder(call);
    const limit = pageLimit(call, 'max-keys');
    const prefix = query.get('prefix') ?? '';
    const delimiter = query.get('delimiter') ?? '';
    const token = query.get('continuation-token');
    const startAfter = query.get('start-after');
    const after = token === null ? (startAfter ?? '') : decodeToken(token);
    const { entries, isTruncated } = listPage(call.bucket(), { prefix, delimiter, after, limit });
    return xmlAnswer('ListBucketResult', [
      ['Name', call.request.bucket],
      ['Prefix', encode(prefix)],
      ['Delimiter', delimiter === '' ? undefined : encode(delimiter)],
      ['MaxKeys', limit],
      ['EncodingType', type],
      ['KeyCount', entries.length],
      ['IsTruncated', isTruncated],
      ['ContinuationToken', token ?? undefined],
      ['NextContinuationToken', isTruncated ? encodeToken(entries.at(-1)?.name ?? '') : undefined],
      ['StartAfter', startAfter === null ? undefined : encode(startAfter)],
      ...listElements(entries, encode, query.get('fetch-owner') === 'true'),
    ]);
  },
};

// The tag keeps a key from being taken for a token.
const TOKEN_TAG = '1:';

function encodeToken(name: string): string {
  return Buffer.from(`${TOKEN_TAG}${name}`).toString('base64');
}

function decodeToken(token: string): string {
  const text = Buffer.from(token, 'base64').toString();
  if (!text.startsWith(TOKEN_TAG)) {
    throw invalidArgument(
      'The continuation token provided is incorrect',
      'continuation-token',
      token,
    );
  }
  return text.slice(TOKEN_TAG.length);
}
