import type { Arrival } from '../auth/arrival.ts';
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
  arrival: Arrival,
  entry: LoggedRequest,
): Promise<Answer> {
  const { storage, clock, credentials, region, permissions } = service;
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
  const createsObject = operation.createsObject ?? false;
  const about = { request, payload, authentication, arrival, permissions, createsObject };
  const call = new Call({ ...about, storage, clock, region });
  if (operation.action) await call.permit(operation.action);
  try {
    return await operation.run(call);
  } finally {
    entry.bytesIn = payload.received;
  }
}
