import type { Statement } from './document.ts';
import type { StorePlace } from './place.ts';

/**
 * Reading all of some places. Without s3:ListBucket S3 answers 403 for a key that is not there, in place
 * of 404; it takes the key for `s3:prefix` then.
 */
export function readingStatements(places: StorePlace[]): Statement[] {
  return [
    {
      Sid: 'ReadStore',
      Effect: 'Allow',
      Action: ['s3:GetObject'],
      Resource: places.map((place) => place.objectArn('*')),
    },
    ...places.map(
      (place, index): Statement => ({
        Sid: index === 0 ? 'ListStore' : `ListTarballs${index}`,
        Effect: 'Allow',
        Action: ['s3:ListBucket'],
        Resource: place.bucketArn,
        Condition: { StringLike: { 's3:prefix': place.listedPrefixes('*') } },
      }),
    ),
  ];
}
