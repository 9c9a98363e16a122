import { notImplemented, S3Error } from '../errors.ts';
import type { S3Request } from '../http/request.ts';
import { abortMultipartUpload } from './abort-multipart-upload.ts';
import {
  createBucket,
  deleteBucket,
  getBucketLocation,
  headBucket,
  listBuckets,
} from './buckets.ts';
import { completeMultipartUpload } from './complete-multipart-upload.ts';
import { copyObject } from './copy-object.ts';
import { createMultipartUpload } from './create-multipart-upload.ts';
import { deleteObject } from './delete-object.ts';
import { deleteObjects } from './delete-objects.ts';
import { getObject, headObject } from './get-object.ts';
import { listMultipartUploads } from './list-multipart-uploads.ts';
import { listObjects } from './list-objects.ts';
import { listObjectsV2 } from './list-objects-v2.ts';
import { listParts } from './list-parts.ts';
import type { Operation } from './operation.ts';
import { putObject } from './put-object.ts';
import { uploadPart } from './upload-part.ts';
import { uploadPartCopy } from './upload-part-copy.ts';

interface Route {
  method: string;
  on: 'service' | 'bucket' | 'object';
  /** The query parameter that tells this operation from the others of its method. */
  marker?: string;
  isCopy?: boolean;
  operation: Operation;
}

/** The first that fits is taken. */
const ROUTES: readonly Route[] = [
  { method: 'GET', on: 'service', operation: listBuckets },
  { method: 'PUT', on: 'bucket', operation: createBucket },
  { method: 'HEAD', on: 'bucket', operation: headBucket },
  { method: 'DELETE', on: 'bucket', operation: deleteBucket },
  { method: 'GET', on: 'bucket', marker: 'location', operation: getBucketLocation },
  { method: 'GET', on: 'bucket', marker: 'uploads', operation: listMultipartUploads },
  { method: 'GET', on: 'bucket', marker: 'list-type', operation: listObjectsV2 },
  { method: 'GET', on: 'bucket', operation: listObjects },
  { method: 'POST', on: 'bucket', marker: 'delete', operation: deleteObjects },
  { method: 'PUT', on: 'object', marker: 'uploadId', isCopy: true, operation: uploadPartCopy },
  { method: 'PUT', on: 'object', marker: 'uploadId', operation: uploadPart },
  { method: 'PUT', on: 'object', isCopy: true, operation: copyObject },
  { method: 'PUT', on: 'object', operation: putObject },
  { method: 'GET', on: 'object', marker: 'uploadId', operation: listParts },
  { method: 'GET', on: 'object', operation: getObject },
  { method: 'HEAD', on: 'object', operation: headObject },
  { method: 'DELETE', on: 'object', marker: 'uploadId', operation: abortMultipartUpload },
  { method: 'DELETE', on: 'object', operation: deleteObject },
  { method: 'POST', on: 'object', marker: 'uploads', operation: createMultipartUpload },
  { method: 'POST', on: 'object', marker: 'uploadId', operation: completeMultipartUpload },
];

/** Throws S3Error MethodNotAllowed, NotImplemented. */
export function routeRequest(request: S3Request): Operation {
  const on = request.bucket === '' ? 'service' : request.key === '' ? 'bucket' : 'object';
  const isCopy = request.headers.has('x-amz-copy-source');
  const route = ROUTES.find(
    (candidate) =>
      candidate.method === request.method &&
      candidate.on === on &&
      (candidate.marker === undefined || request.query.has(candidate.marker)) &&
      (candidate.isCopy ?? false) === (isCopy && candidate.method === 'PUT' && on === 'object'),
  );
  if (!route) {
    throw request.method === 'POST'
      ? new S3Error('NotImplemented')
      : new S3Error('MethodNotAllowed');
  }
  requireKnownQuery(request.query, route.operation);
  return route.operation;
}

/** Of presigned URLs; `x-id` is how SDKs name the operation. The last two change nothing here. */
const COMMON_QUERY = [
  'x-amz-algorithm',
  'x-amz-content-sha256',
  'x-amz-credential',
  'x-amz-date',
  'x-amz-expires',
  'x-amz-security-token',
  'x-amz-signature',
  'x-amz-signedheaders',
  'x-id',
  'x-amz-checksum-mode',
  'x-amz-user-agent',
];

function requireKnownQuery(query: URLSearchParams, operation: Operation): void {
  for (const name of query.keys()) {
    if (!COMMON_QUERY.includes(name.toLowerCase()) && !operation.query.includes(name)) {
      throw notImplemented(name);
    }
  }
}
