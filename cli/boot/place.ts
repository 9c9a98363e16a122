import { type Location, parseLocation } from '../../shared/bucket/open.ts';
import { switchOption, textOption, usageError } from '../../shared/command/options.ts';
import type { OptionValues } from '../../shared/command/spec.ts';
import type { Environment } from '../../shared/environment.ts';
import { parseEndpoint, parseRegion } from './parse.ts';

/** Where a store is for another machine. */
export interface Place {
  url: string;
  location: Extract<Location, { kind: 's3' }>;
  region: string | undefined;
  endpointUrl: string | undefined;
  dualStack: boolean;
}

/**
 * Where this program finds the store, but for what is of this machine alone: a region that is not given
 * is the instance's own.
 *
 * @throws WherryError USAGE when the store is not in S3
 */
export function placeOf(options: OptionValues, env: Environment): Place {
  const url = textOption(options, 'store') ?? '';
  const location = parseLocation(url);
  if (location.kind !== 's3') {
    throw usageError(`${url} is of this machine alone.`, 'Name a store in S3: s3://bucket/prefix.');
  }
  const endpointUrl =
    textOption(options, 'endpointUrl') ?? env.AWS_ENDPOINT_URL_S3 ?? env.AWS_ENDPOINT_URL;
  return {
    url,
    location,
    region: parseRegion(textOption(options, 'region')),
    endpointUrl: parseEndpoint(endpointUrl),
    dualStack: switchOption(options, 'dualStack'),
  };
}

/** The same as options of a command. */
export function placeOptions({ url, region, endpointUrl, dualStack }: Place): string[] {
  return [
    ...['--store', url],
    ...(region ? ['--region', region] : []),
    ...(endpointUrl ? ['--endpoint-url', endpointUrl] : []),
    ...(dualStack ? ['--dual-stack'] : []),
  ];
}
