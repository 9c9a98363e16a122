import { listOption, textOption } from '../../shared/command/options.ts';
import type { OptionValues } from '../../shared/command/spec.ts';
import { partitionOf } from '../../shared/partition.ts';
import { parseRegion } from '../boot/parse.ts';
import { requiredStoreName } from './place.ts';
import { adminPolicy } from './policies/admin.ts';
import { bucketPolicy } from './policies/bucket.ts';
import { ciPolicy } from './policies/ci.ts';
import type { PolicyDocument } from './policies/document.ts';
import { endpointPolicy } from './policies/endpoint.ts';
import { instancePolicy } from './policies/instance.ts';
import { placeOfStore } from './policies/place.ts';

/**
 * The policies as IAM, S3 and VPC endpoints take them; of one kind alone when the options say which.
 *
 * @throws WherryError USAGE when the store is not in S3
 */
export function policyDocuments(
  options: OptionValues,
): PolicyDocument | Record<string, PolicyDocument> {
  const { bucket, prefix } = requiredStoreName(options);
  const region = parseRegion(textOption(options, 'region'));
  const partition = partitionOf(region);
  const place = placeOfStore(bucket, prefix, partition);
  const roles = listOption(options, 'instanceRole');
  const endpoints = listOption(options, 'vpcEndpoint');
  const documents: Record<string, PolicyDocument> = {
    ci: ciPolicy(place),
    instance: instancePolicy(place),
    administrator: adminPolicy(place),
    bucket: bucketPolicy(place, {
      administrators: listOption(options, 'administrator'),
      instances: roles.length > 0 && endpoints.length > 0 ? { roles, endpoints } : undefined,
    }),
    endpoint: endpointPolicy(place, { partition, region: region ?? '*' }),
  };
  return documents[textOption(options, 'for') ?? ''] ?? documents;
}
