import { switchOption } from '../../../shared/command/options.ts';
import type { OptionValues } from '../../../shared/command/spec.ts';
import { sub, variable } from '../cloudformation/intrinsics.ts';
import { type Template, template } from '../cloudformation/template.ts';
import { storeName, templatePlace } from '../place.ts';
import { storeBucket } from './bucket.ts';
import { managedPolicies } from './managed-policies.ts';
import { storeParameters } from './parameters.ts';

/** The bucket of a store, and who may do what with it. */
export function storeTemplate(options: OptionValues): Template {
  const { bucket, prefix = '' } = storeName(options) ?? {};
  const place = templatePlace(variable('Bucket.Arn'), prefix);
  return template(
    'A store of Wherry: images for machines that reach nothing but S3',
    storeParameters(bucket),
    storeBucket(place, switchOption(options, 'versioning')),
    managedPolicies(place),
    {
      Outputs: {
        StoreUrl: {
          Description: 'For --store or WHERRY_STORE.',
          Value: sub(`s3://${variable('Bucket')}${prefix && `/${prefix}`}`),
        },
      },
    },
  );
}
