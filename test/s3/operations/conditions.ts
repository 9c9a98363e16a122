import { notImplemented, S3Error } from '../errors.ts';
import type { Condition } from '../storage/bucket.ts';
import type { StoredObject } from '../storage/object.ts';

type Headers = ReadonlyMap<string, string>;

/**
 * Evaluates If-Match, If-Unmodified-Since, If-None-Match and If-Modified-Since, in RFC 9110's
 * order: each date only counts where the ETag beside it was not given. `prefix` is
 * `x-amz-copy-source-` for the source of a copy.
 *
 * Throws S3Error PreconditionFailed.
 */
export function readCondition(
  headers: Headers,
  object: StoredObject,
  prefix = '',
): 'proceed' | 'not-modified' {
  const header = (name: string) => headers.get(`${prefix}${name}`);
  const date = (name: string) => Date.parse(header(name) ?? '');
  const ifMatch = header('if-match');
  const ifNoneMatch = header('if-none-match');
  if (ifMatch !== undefined) {
    if (!matches(ifMatch, object.etag)) throw preconditionFailed(`${prefix}If-Match`);
  } else if (object.lastModified > date('if-unmodified-since')) {
    throw preconditionFailed(`${prefix}If-Unmodified-Since`);
  }
  const unchanged =
    ifNoneMatch !== undefined
      ? matches(ifNoneMatch, object.etag)
      : object.lastModified <= date('if-modified-since');
  return unchanged ? 'not-modified' : 'proceed';
}

/**
 * The condition of a write: `If-None-Match: *` or `If-Match: <etag>`. Throws S3Error
 * NotImplemented for the forms that S3 does not take.
 */
export function writeCondition(headers: Headers): Condition {
  const ifMatch = headers.get('if-match');
  const ifNoneMatch = headers.get('if-none-match');
  if (ifNoneMatch !== undefined && ifNoneMatch !== '*') throw notImplemented('If-None-Match');
  if (ifMatch === '*') throw notImplemented('If-Match');
  return (current) => {
    if (ifNoneMatch !== undefined && current) throw preconditionFailed('If-None-Match');
    if (ifMatch !== undefined) requireMatch(current, ifMatch);
  };
}

/** The condition of a delete: an ETag, or `*` for any; undefined for none. */
export function deleteCondition(ifMatch: string | undefined): Condition {
  return (current) => {
    if (ifMatch !== undefined) requireMatch(current, ifMatch);
  };
}

function requireMatch(current: StoredObject | undefined, ifMatch: string): void {
  if (!current) throw new S3Error('NoSuchKey');
  if (!matches(ifMatch, current.etag)) throw preconditionFailed('If-Match');
}

function preconditionFailed(condition: string): S3Error {
  return new S3Error('PreconditionFailed', { details: { Condition: condition } });
}

/** S3 takes ETags with and without their quotes. */
function matches(list: string, etag: string): boolean {
  return list
    .split(',')
    .map((item) => item.trim().replace(/^(W\/)?"?|"$/g, ''))
    .some((item) => item === '*' || item === etag);
}
