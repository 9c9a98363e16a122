import { keyPatterns } from '../../../shared/store/keys.ts';
import { tarballEndings } from '../../../shared/transfer/compression.ts';
import { sumEnding } from '../../../shared/transfer/tarball.ts';
import { type PolicyDocument, policyDocument } from './document.ts';
import type { StorePlace } from './place.ts';
import { readingStatements } from './reading.ts';

/**
 * For CI: push, promote, save, publish-agent, and all that reads. It deletes nothing, and writes neither
 * the store's settings nor heartbeats.
 *
 * @param tarballs where `save` writes to besides the store
 */
export function ciPolicy(place: StorePlace, tarballs: StorePlace[] = []): PolicyDocument {
  const tarballKeys = [...tarballEndings, sumEnding].map((ending) => `*${ending}`);
  const saved = [place, ...tarballs].flatMap((each) =>
    tarballKeys.map((key) => each.objectArn(key)),
  );
  return policyDocument(
    ...readingStatements([place, ...tarballs]),
    {
      Sid: 'WriteImages',
      Effect: 'Allow',
      Action: ['s3:PutObject'],
      Resource: [...keyPatterns.immutable, keyPatterns.tags].map((key) => place.objectArn(key)),
    },
    {
      Sid: 'SaveTarballs',
      Effect: 'Allow',
      Action: ['s3:PutObject', 's3:AbortMultipartUpload'],
      Resource: saved,
    },
  );
}
