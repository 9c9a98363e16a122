import { isWherryError, messageOf } from '../error.ts';
import type { Check } from './check.ts';
import { type Finding, ok, problem } from './finding.ts';
import type { S3Setting } from './setting.ts';

/** Where requests go: the region and the address. The region may have to be asked of an instance. */
export function endpointCheck({ probe, location, known }: S3Setting): Check {
  return {
    name: 'endpoint',
    needs: [],
    limit: 6_000,
    async run() {
      try {
        known.region = await probe.region();
      } catch (error) {
        if (!isWherryError(error, 'USAGE')) return [addressless(location.bucket, error)];
        const remedy = 'Pass --region with the region of the bucket, or set AWS_REGION.';
        return [problem('REGION_UNKNOWN', error.message, remedy)];
      }
      try {
        known.address = await probe.address();
      } catch (error) {
        return [addressless(location.bucket, error)];
      }
      const { href } = known.address;
      return [ok(`The bucket is asked for at ${href}, for the region ${known.region}.`)];
    },
  };
}

/** For what the SDK says of a region or an endpoint that cannot be in an address. */
function addressless(bucket: string, error: unknown): Finding {
  return problem(
    'ENDPOINT_WRONG',
    `No address for the bucket ${bucket} can be made: ${messageOf(error).replace(/\.$/, '')}.`,
    'Check the name of the bucket, --region, and --endpoint-url or AWS_ENDPOINT_URL.',
  );
}
