import { usageError } from '../../shared/command/options.ts';
import { versionPattern } from './agent-names.ts';

/** @throws WherryError USAGE when it is no version of Semantic Versioning */
export function parseVersion(text: string): string {
  if (versionPattern.test(text)) return text;
  throw usageError(`"${text}" is not a version.`, 'A version is such as 1.2.3.');
}

/** @throws WherryError USAGE when no region can be called that */
export function parseRegion(text: string | undefined): string | undefined {
  if (text === undefined || /^[a-z0-9-]+$/.test(text)) return text;
  throw usageError(`"${text}" is not a region.`, 'A region is such as eu-central-1.');
}

/**
 * The address of an S3 server as a boot script has it, without a slash at its end.
 *
 * @throws WherryError USAGE when it is none, or has in it what is not part of an address
 */
export function parseEndpoint(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const url = URL.parse(text);
  if (url && /^https?:$/.test(url.protocol) && url.href === `${url.origin}${url.pathname}`) {
    return url.href.replace(/\/+$/, '');
  }
  throw usageError(
    `"${text}" is not the address of an S3 server.`,
    'Write it as https://host:port.',
  );
}
