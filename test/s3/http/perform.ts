import { authenticate } from '../auth/authenticate.ts';
import { expectedChecksum } from '../body/expected-checksum.ts';
import { Payload } from '../body/payload.ts';
import { S3Error } from '../errors.ts';
import { Call } from '../operations/call.ts';
import type { LoggedRequest } from '../request-log.ts';
import type { Answer } from './answer.ts';
import { requireKnownHeaders } from './known-headers.ts';
import type { S3Request } from './request.ts';
import type { Routing } from './routing.ts';
import type { Service } from './service.ts';

/** Authenticates a request, authorizes it and does its operation. Throws S3Error. */
export async function perform(
  service: Service,
  request: S3Request,
  route: Routing,
  body: AsyncIterable<Buffer>,
  entry: LoggedRequest,
): Promise<Answer> {
  const { storage, clock, credentials, region, authorize } = service;
  service.admission.check();
  // Also nobody is told that there is no such bucket.
  if (route.name === 'HeadBucket' && !storage.get(request.bucket)) {
    throw new S3Error('NoSuchBucket', { details: { BucketName: request.bucket } });
  }
  // This one endpoint stands for those of all regions in which there are buckets.
  const expectedRegion = (bucket: string, signed: string) => {
    const home = storage.get(bucket)?.properties.region ?? region;
    return signed === region ? region : home;
  };
  const authentication = authenticate(request, { credentials, clock, expectedRegion });
  const operation = route.operation();
  requireKnownHeaders(request.headers);
  const checksum = operation.claimsObjectChecksum ? undefined : expectedChecksum(request.headers);
  const payload = new Payload(request, authentication, body, checksum);
  const call = new Call({ request, payload, authentication, storage, clock, region, authorize });
  const permission = operation.action ? call.permit(operation.action) : { mayList: true };
  try {
    return await operation.run(call, permission);
  } finally {
    entry.bytesIn = payload.received;
  }
}
