import { S3Error } from '../errors.ts';
import { emptyAnswer } from '../http/answer.ts';
import { type StoredObject, wholeSeconds } from '../storage/object.ts';
import { attributesOf } from './attributes.ts';
import { requireBodyLength } from './body-length.ts';
import { writeCondition } from './conditions.ts';
import { checksumHeaders, ENCRYPTION, quoted } from './object-headers.ts';
import type { Operation } from './operation.ts';

export const putObject: Operation = {
  name: 'PutObject',
  action: 's3:PutObject',
  createsObject: true,
  query: [],
  async run(call) {
    const bucket = call.bucket();
    const attributes = attributesOf(call.headers);
    const condition = writeCondition(call.headers);
    // Comparing with the object's ETag reads it: so S3 asks for this permission too.
    if (call.headers.has('if-match')) await call.permit('s3:GetObject');
    requireBodyLength(call.headers);
    const segment = await bucket.files.write(call.payload);
    const object: StoredObject = {
      ...attributes,
      key: call.request.key,
      etag: call.payload.md5,
      size: segment.size,
      lastModified: wholeSeconds(call.clock.now()),
      segments: [segment],
      checksum: call.payload.checksum && { ...call.payload.checksum, type: 'FULL_OBJECT' },
      uploadId: undefined,
    };
    try {
      if (call.storage.get(bucket.properties.name) !== bucket) throw new S3Error('NoSuchBucket');
      bucket.put(object, condition);
    } catch (error) {
      bucket.files.remove(object.segments);
      throw error;
    }
    return emptyAnswer(200, {
      etag: quoted(object.etag),
      ...ENCRYPTION,
      ...checksumHeaders(object.checksum),
    });
  },
};
