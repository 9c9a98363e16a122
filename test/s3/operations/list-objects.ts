import { xmlAnswer } from '../http/answer.ts';
import { listPage } from '../storage/listing.ts';
import { listElements } from './list-elements.ts';
import type { Operation } from './operation.ts';
import { nameEncoder, pageLimit } from './paging.ts';

/** The first version of the listing, which some tools still use. */
export const listObjects: Operation = {
  name: 'ListObjects',
  action: 's3:ListBucket',
  query: ['prefix', 'delimiter', 'max-keys', 'marker', 'encoding-type'],
  run(call) {
    const { query } = call;
    const { type, encode } = nameEncoder(call);
    const limit = pageLimit(call, 'max-keys');
    const prefix = query.get('prefix') ?? '';
    const delimiter = query.get('delimiter') ?? '';
    const after = query.get('marker') ?? '';
    const { entries, isTruncated } = listPage(call.bucket(), { prefix, delimiter, after, limit });
    // Without a delimiter S3 leaves it to the client to go on from the last key.
    const nextMarker = isTruncated && delimiter !== '' ? entries.at(-1)?.name : undefined;
    return xmlAnswer('ListBucketResult', [
      ['Name', call.request.bucket],
      ['Prefix', encode(prefix)],
      ['Marker', encode(after)],
      ['NextMarker', nextMarker === undefined ? undefined : encode(nextMarker)],
      ['Delimiter', delimiter === '' ? undefined : encode(delimiter)],
      ['MaxKeys', limit],
      ['EncodingType', type],
      ['IsTruncated', isTruncated],
      ...listElements(entries, encode, true),
    ]);
  },
};
