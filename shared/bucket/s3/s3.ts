import type { Readable } from 'node:stream';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { throwIfAborted } from '../../error.ts';
import {
  type Bucket,
  type GetOptions,
  type Options,
  type PutOptions,
  unchanged,
} from '../bucket.ts';
import { checkKey } from '../key.ts';
import { readBody } from './body.ts';
import { createClient, type S3Settings } from './client.ts';
import { s3Copies } from './copies.ts';
import { type Try, tryLimit, withDeadline } from './deadline.ts';
import { answerCut, isNamed, isStatus, s3Error } from './errors.ts';
import { headObject } from './head.ts';
import { startS3Upload } from './upload.ts';

export type { S3Settings } from './client.ts';

/** An S3 bucket, or the part of it below a prefix. Requests are tried once. */
export function openS3Bucket(name: string, prefix: string, settings: S3Settings): Bucket {
  const client = createClient(settings);
  const base = prefix === '' ? '' : `${prefix}/`;
  const url = `s3://${name}${prefix === '' ? '' : `/${prefix}`}`;
  const address = (key: string) => {
    checkKey(key);
    return { Bucket: name, Key: base + key };
  };

  /** Runs a request; `otherwise` may tell that an error is an answer for us: undefined. */
  async function request<T>(
    doing: string,
    options: Options | undefined,
    work: (attempt: Try) => Promise<T>,
    otherwise?: (error: unknown) => boolean,
  ): Promise<T | undefined> {
    try {
      return await withDeadline(tryLimit(0), options?.signal, work);
    } catch (error) {
      throwIfAborted(options?.signal);
      if (otherwise?.(error)) return undefined;
      throw s3Error(error, doing, url);
    }
  }

  return {
    url,

    get: (key, options: GetOptions = {}) =>
      request(
        `read ${key}`,
        options,
        async ({ http, allow }) => {
          const { range, ifMatch, ifNoneMatch } = options;
          const command = new GetObjectCommand({
            ...address(key),
            ...(range ? { Range: `bytes=${range.start}-${range.start + range.length - 1}` } : {}),
            ...(ifMatch ? { IfMatch: ifMatch } : {}),
            ...(ifNoneMatch ? { IfNoneMatch: ifNoneMatch } : {}),
          });
          const answer = await client.send(command, http).catch((error) => {
            if (!isStatus(error, 304)) throw error;
          });
          if (!answer) return unchanged(ifNoneMatch ?? '');
          const size = answer.ContentLength ?? 0;
          allow(tryLimit(size));
          const bytes = await readBody(answer.Body as Readable, size, key);
          return { bytes, etag: answer.ETag ?? '' };
        },
        (error) => isNamed(error, 'NoSuchKey') || isStatus(error, 412, 416),
      ),

    put: (key, bytes, options: PutOptions = {}) =>
      request(
        `store ${key}`,
        options,
        async ({ http, allow }) => {
          const { condition } = options;
          allow(tryLimit(bytes.length));
          const answer = await client.send(
            new PutObjectCommand({
              ...address(key),
              Body: bytes,
              ...(condition && 'absent' in condition ? { IfNoneMatch: '*' } : {}),
              ...(condition && 'etag' in condition ? { IfMatch: condition.etag } : {}),
            }),
            http,
          );
          return answer.ETag ?? '';
        },
        (error) =>
          options.condition !== undefined && (isStatus(error, 412) || isNamed(error, 'NoSuchKey')),
      ),

    head: (key, options) =>
      request(
        `look up ${key}`,
        options,
        async ({ http }) => {
          const answer = await headObject(client, address(key), http);
          return {
            key,
            size: answer.ContentLength ?? 0,
            etag: answer.ETag ?? '',
            modified: answer.LastModified ?? new Date(0),
          };
        },
        // A HEAD has no body to tell a missing key from a missing bucket.
        (error) => isStatus(error, 404),
      ),

    async listPage(prefix, options = {}) {
      const page = await request(`list ${prefix}`, options, ({ http }) =>
        client.send(
          new ListObjectsV2Command({
            Bucket: name,
            Prefix: base + prefix,
            ...(options.after ? { ContinuationToken: options.after } : {}),
          }),
          http,
        ),
      );
      // Without it, what there is of the answer is no listing, and the bucket only seems to be empty.
      if (page?.Name === undefined)
        throw answerCut(`list ${prefix}`, url, 'the answer was cut short');
      const objects = (page.Contents ?? []).map((entry) => ({
        key: (entry.Key ?? '').slice(base.length),
        size: entry.Size ?? 0,
        etag: entry.ETag ?? '',
        modified: entry.LastModified ?? new Date(0),
      }));
      return { objects, next: page.NextContinuationToken };
    },

    async delete(key, options) {
      await request(`delete ${key}`, options, ({ http }) =>
        client.send(new DeleteObjectCommand(address(key)), http),
      );
    },

    copies: s3Copies(client, address, request),

    async startUpload(key, options) {
      return startS3Upload(client, address(key), {
        store: (work) => request(`store ${key}`, options, work),
        // Also after an interrupt: it is what the interrupt asks for.
        abandon: (work) => request(`abandon ${key}`, undefined, work),
      });
    },
  };
}
