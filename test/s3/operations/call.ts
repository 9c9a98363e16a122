import type { Arrival } from '../auth/arrival.ts';
import type { Authentication } from '../auth/authenticate.ts';
import { type PermissionSettings, permit } from '../auth/permissions.ts';
import type { Payload } from '../body/payload.ts';
import type { Clock } from '../clock.ts';
import { S3Error } from '../errors.ts';
import type { S3Request } from '../http/request.ts';
import type { Bucket } from '../storage/bucket.ts';
import type { Storage } from '../storage/storage.ts';

export interface CallContext {
  request: S3Request;
  payload: Payload;
  authentication: Authentication;
  storage: Storage;
  clock: Clock;
  /** Where buckets are created that name no other. */
  region: string;
  arrival: Arrival;
  permissions: PermissionSettings;
  /** Whether the request brings an object into being, see {@link Operation}. */
  createsObject: boolean;
}

/** One authenticated request on its way through an operation. */
export class Call {
  readonly request: S3Request;
  readonly payload: Payload;
  readonly storage: Storage;
  readonly clock: Clock;
  readonly region: string;
  readonly #authentication: Authentication;
  readonly #context: Pick<CallContext, 'arrival' | 'permissions' | 'createsObject'>;

  constructor(context: CallContext) {
    this.request = context.request;
    this.payload = context.payload;
    this.storage = context.storage;
    this.clock = context.clock;
    this.region = context.region;
    this.#authentication = context.authentication;
    this.#context = context;
  }

  get headers(): ReadonlyMap<string, string> {
    return this.request.headers;
  }

  get query(): URLSearchParams {
    return this.request.query;
  }

  /** Throws S3Error AccessDenied. */
  async permit(
    action: string,
    bucket = this.request.bucket,
    key = this.request.key,
    prefix?: string,
  ): Promise<void> {
    const { headers, query } = this.request;
    const { principal } = this.#authentication;
    const { permissions, arrival, createsObject } = this.#context;
    const about = { principal, action, bucket, key, prefix, headers, query };
    await permit(permissions, { ...about, arrival, createsObject });
  }

  /** Throws S3Error NoSuchBucket, PermanentRedirect. */
  bucket(name = this.request.bucket): Bucket {
    const bucket = this.storage.get(name);
    if (!bucket) throw new S3Error('NoSuchBucket', { details: { BucketName: name } });
    const { region } = bucket.properties;
    if (region !== this.#authentication.region) {
      throw new S3Error('PermanentRedirect', {
        details: { Endpoint: `s3.${region}.amazonaws.com`, Bucket: name },
        headers: { 'x-amz-bucket-region': region },
      });
    }
    return bucket;
  }

  /**
   * The error for a key that is not there, which only those are told who may list what begins with it.
   * Throws S3Error AccessDenied to others.
   */
  async missingKey(bucket = this.request.bucket, key = this.request.key): Promise<S3Error> {
    await this.permit('s3:ListBucket', bucket, '', key);
    return new S3Error('NoSuchKey', { details: { Key: key } });
  }
}
