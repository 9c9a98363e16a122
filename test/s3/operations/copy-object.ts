import { Digested } from '../body/digested.ts';
import { invalidArgument, S3Error } from '../errors.ts';
import { type Answer, xmlAnswer } from '../http/answer.ts';
import type { OpenObject } from '../storage/bucket.ts';
import { type ObjectAttributes, type StoredObject, wholeSeconds } from '../storage/object.ts';
import { attributesOf } from './attributes.ts';
import { MAX_BODY_SIZE } from './body-length.ts';
import type { Call } from './call.ts';
import { requestedAlgorithm } from './checksum-algorithm.ts';
import { checksumElements } from './checksum-elements.ts';
import { writeCondition } from './conditions.ts';
import { openCopySource, parseCopySource } from './copy-source.ts';
import { ENCRYPTION, quoted } from './object-headers.ts';
import type { Operation } from './operation.ts';

export const copyObject: Operation = {
  name: 'CopyObject',
  action: 's3:PutObject',
  createsObject: true,
  query: [],
  async run(call) {
    const condition = writeCondition(call.headers);
    if (call.headers.has('if-match')) await call.permit('s3:GetObject');
    const bucket = call.bucket();
    const source = await openCopySource(call);
    try {
      const attributes = attributesAfterCopy(call, source.object);
      const object = await copy(call, source, attributes);
      try {
        bucket.put(object, condition);
      } catch (error) {
        bucket.files.remove(object.segments);
        throw error;
      }
      return describe(object);
    } finally {
      source.close();
    }
  },
};

/** A copy is one piece, whatever its source was: so are its ETag and its checksum. */
async function copy(
  call: Call,
  source: OpenObject,
  attributes: ObjectAttributes,
): Promise<StoredObject> {
  const { size, checksum } = source.object;
  const algorithm = requestedAlgorithm(call.headers) ?? checksum?.algorithm;
  const bytes = new Digested(source.read(0, size), algorithm);
  const segment = await call.bucket().files.write(bytes);
  const digests = bytes.digests();
  return {
    ...attributes,
    key: call.request.key,
    etag: digests.md5,
    size,
    lastModified: wholeSeconds(call.clock.now()),
    segments: [segment],
    checksum: digests.checksum && { ...digests.checksum, type: 'FULL_OBJECT' },
    uploadId: undefined,
  };
}

function attributesAfterCopy(call: Call, source: StoredObject): ObjectAttributes {
  const directive = call.headers.get('x-amz-metadata-directive') ?? 'COPY';
  if (directive !== 'COPY' && directive !== 'REPLACE') {
    throw invalidArgument('Unknown metadata directive.', 'x-amz-metadata-directive', directive);
  }
  if (source.size > MAX_BODY_SIZE) {
    throw new S3Error('InvalidRequest', {
      message: `The specified copy source is larger than the maximum allowable size for a copy source: ${MAX_BODY_SIZE}`,
    });
  }
  const given = attributesOf(call.headers);
  if (directive === 'REPLACE') return given;
  const from = parseCopySource(call.headers.get('x-amz-copy-source') ?? '');
  const isItself = from.bucket === call.request.bucket && from.key === call.request.key;
  if (isItself && !call.headers.has('x-amz-storage-class')) {
    throw new S3Error('InvalidRequest', {
      message:
        "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.",
    });
  }
  return { headers: source.headers, metadata: source.metadata, storageClass: given.storageClass };
}

function describe(object: StoredObject): Answer {
  return xmlAnswer(
    'CopyObjectResult',
    [
      ['LastModified', new Date(object.lastModified).toISOString()],
      ['ETag', quoted(object.etag)],
      ...checksumElements(object.checksum),
    ],
    ENCRYPTION,
  );
}
