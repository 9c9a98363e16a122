import { collect } from '../body/collect.ts';
import { S3Error } from '../errors.ts';
import { emptyAnswer, xmlAnswer } from '../http/answer.ts';
import { isBucketName } from '../storage/bucket-name.ts';
import { childText, readXml } from '../xml/read.ts';
import type { XmlElement } from '../xml/write.ts';
import type { Call } from './call.ts';
import type { Operation } from './operation.ts';
import { owner } from './owner.ts';

const MAX_BODY_SIZE = 64 * 1024;

export const listBuckets: Operation = {
  name: 'ListBuckets',
  action: 's3:ListAllMyBuckets',
  query: [],
  run(call) {
    const buckets = call.storage.list().map(
      ({ properties }): XmlElement => [
        'Bucket',
        [
          ['Name', properties.name],
          ['CreationDate', new Date(properties.created).toISOString()],
        ],
      ],
    );
    return xmlAnswer('ListAllMyBucketsResult', [
      ['Owner', owner],
      ['Buckets', buckets],
    ]);
  },
};

export const createBucket: Operation = {
  name: 'CreateBucket',
  action: 's3:CreateBucket',
  query: [],
  async run(call) {
    const name = call.request.bucket;
    if (!isBucketName(name))
      throw new S3Error('InvalidBucketName', { details: { BucketName: name } });
    const region = await requestedRegion(call);
    const existing = call.storage.get(name);
    // Only us-east-1 lets its owner create a bucket once more.
    if (existing && (region !== 'us-east-1' || existing.properties.region !== region)) {
      throw new S3Error('BucketAlreadyOwnedByYou');
    }
    if (!existing) call.storage.create({ name, region, created: call.clock.now() });
    return emptyAnswer(200, { location: `/${name}` });
  },
};

export const headBucket: Operation = {
  name: 'HeadBucket',
  action: 's3:ListBucket',
  query: [],
  run(call) {
    const { region } = call.bucket().properties;
    return emptyAnswer(200, { 'x-amz-bucket-region': region });
  },
};

export const deleteBucket: Operation = {
  name: 'DeleteBucket',
  action: 's3:DeleteBucket',
  query: [],
  async run(call) {
    const bucket = call.bucket();
    if (!bucket.isEmpty) throw new S3Error('BucketNotEmpty');
    await call.storage.delete(bucket);
    return emptyAnswer(204);
  },
};

export const getBucketLocation: Operation = {
  name: 'GetBucketLocation',
  action: 's3:GetBucketLocation',
  query: ['location'],
  run(call) {
    const bucket = call.storage.get(call.request.bucket);
    if (!bucket) throw new S3Error('NoSuchBucket');
    const { region } = bucket.properties;
    return xmlAnswer('LocationConstraint', region === 'us-east-1' ? '' : region);
  },
};

/** Only the endpoint of us-east-1 creates buckets in other regions. */
async function requestedRegion(call: Call): Promise<string> {
  const body = (await collect(call.payload, MAX_BODY_SIZE)).toString();
  const region = body === '' ? undefined : childText(readXml(body), 'LocationConstraint');
  const isIllegal =
    region === undefined
      ? call.region !== 'us-east-1'
      : call.region !== 'us-east-1' && region !== call.region;
  if (isIllegal) throw new S3Error('IllegalLocationConstraintException');
  return region ?? call.region;
}
