import { type PolicyDocument, policyDocument } from './document.ts';
import type { StorePlace } from './place.ts';
import { readingStatements } from './reading.ts';

/** For administrators: also repair, removal, garbage collection and the store's settings. */
export function adminPolicy(place: StorePlace, tarballs: StorePlace[] = []): PolicyDocument {
  const places = [place, ...tarballs];
  return policyDocument(...readingStatements(places), {
    Sid: 'WriteAndDelete',
    Effect: 'Allow',
    Action: ['s3:PutObject', 's3:AbortMultipartUpload', 's3:DeleteObject'],
    Resource: places.map((each) => each.objectArn('*')),
  });
}
