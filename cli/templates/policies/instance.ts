import { keyPatterns } from '../../../shared/store/keys.ts';
import { type PolicyDocument, policyDocument } from './document.ts';
import type { StorePlace } from './place.ts';
import { readingStatements } from './reading.ts';

/**
 * For instances: they read the store and write their heartbeats, nothing else.
 *
 * @param tarballs where `load` reads from besides the store
 */
export function instancePolicy(place: StorePlace, tarballs: StorePlace[] = []): PolicyDocument {
  return policyDocument(...readingStatements([place, ...tarballs]), {
    Sid: 'WriteHeartbeats',
    Effect: 'Allow',
    Action: ['s3:PutObject'],
    Resource: place.objectArn(keyPatterns.heartbeats),
  });
}
