import { isWherryError, messageOf } from '../error.ts';
import type { Check } from './check.ts';
import { ok, problem } from './finding.ts';
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
        if (!isWherryError(error, 'USAGE')) throw error;
        const remedy = 'Pass --region with the region of the bucket, or set AWS_REGION.';
        return [problem('REGION_UNKNOWN', error.message, remedy)];
      }
      try {
        known.address = await probe.address();
      } catch (error) {
        const sentence = `No address for the bucket ${location.bucket} can be made: ${messageOf(error)}.`;
        const remedy =
          'Check the name of the bucket, --region, and --endpoint-url or AWS_ENDPOINT_URL.';
        return [problem('ENDPOINT_WRONG', sentence, remedy)];
      }
      const { href } = known.address;
      return [ok(`The bucket is asked for at ${href}, for the region ${known.region}.`)];
    },
  };
}
