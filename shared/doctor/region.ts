import { isOfS3 } from './answer.ts';
import type { Check } from './check.ts';
import { type Finding, ok, problem, skipped } from './finding.ts';
import { found, type S3Setting } from './setting.ts';

/** Whether the bucket is there, in the region that is asked, as S3 tells whoever asks. */
export function regionCheck({ known, location }: S3Setting): Check {
  return {
    name: 'region',
    needs: ['answer'],
    limit: 1_000,
    async run() {
      const answer = found(known.answer);
      const { status, headers } = answer;
      const home = headers['x-amz-bucket-region'];
      if (typeof home === 'string' && home !== known.region) {
        return [wrongRegion(location.bucket, home, known.region)];
      }
      if (typeof home === 'string') {
        return [ok(`The bucket ${location.bucket} is in ${home}, which is the region asked.`)];
      }
      if (status === 404 && isOfS3(answer)) return [noBucket(location.bucket)];
      return [skipped('This server does not tell in which region the bucket is.')];
    },
  };
}

export function wrongRegion(bucket: string, home: string, asked: string | undefined): Finding {
  return problem(
    'REGION_WRONG',
    `The bucket ${bucket} is in ${home}, and was asked for in ${asked}.`,
    `Pass --region ${home}, or set AWS_REGION=${home}. A gateway endpoint leads to buckets of its own ` +
      'region only: from a private network in another region there is no way to this bucket.',
  );
}

export function noBucket(bucket: string): Finding {
  return problem(
    'BUCKET_MISSING',
    `There is no bucket ${bucket}.`,
    'Check the name in --store or WHERRY_STORE, or create the bucket.',
  );
}
