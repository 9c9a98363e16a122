import { parseLocation } from '../../shared/bucket/open.ts';
import { textOption, usageError } from '../../shared/command/options.ts';
import type { OptionValues } from '../../shared/command/spec.ts';
import { sub } from './cloudformation/intrinsics.ts';
import type { StorePlace } from './policies/place.ts';

/** A store in S3 as `--store` names it. */
export interface StoreName {
  bucket: string;
  prefix: string;
}

/**
 * The store that a template is for; undefined when none is given.
 *
 * @throws WherryError USAGE when it is not in S3, or ARNs and CloudFormation would read its prefix as
 *   something else
 */
export function storeName(options: OptionValues): StoreName | undefined {
  const url = textOption(options, 'store');
  if (url === undefined) return undefined;
  const location = parseLocation(url);
  if (location.kind !== 's3') {
    throw usageError(`${url} is not in S3.`, 'Name a store in S3: s3://bucket/prefix.');
  }
  if (!/^[\w./=+@-]*$/.test(location.path)) {
    throw usageError(
      `The prefix "${location.path}" cannot be in a policy.`,
      'Use letters, digits and . _ - / = + @ only.',
    );
  }
  return { bucket: location.bucket, prefix: location.path };
}

/** @throws WherryError USAGE when none is given, or as {@link storeName} */
export function requiredStoreName(options: OptionValues): StoreName {
  const name = storeName(options);
  if (name) return name;
  throw usageError('No store is given.', 'Pass --store s3://bucket/prefix, or set WHERRY_STORE.');
}

/** @param bucket its ARN, as the text of Fn::Sub */
export function templatePlace(bucket: string, prefix: string): StorePlace {
  const base = prefix === '' ? '' : `${prefix}/`;
  return {
    bucketArn: sub(bucket),
    objectArn: (pattern) => sub(`${bucket}/${base}${pattern}`),
    listedPrefixes: (...patterns) => patterns.map((pattern) => base + pattern),
  };
}
