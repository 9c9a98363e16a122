import type { Digest } from '../digest.ts';
import { WherryError } from '../error.ts';
import { closestImage } from '../image/closest-platform.ts';
import { formatPlatform, type Platform } from '../image/platform.ts';
import type { StoredManifest } from './read-parts.ts';
import type { OfferedManifest, Resolved } from './resolve.ts';

/** The one image of a store that is meant. */
export interface FoundImage extends StoredManifest {
  /** The manifest's. */
  digest: Digest;
  /** As the store names it; undefined where only the config tells. */
  platform: Platform | undefined;
}

/**
 * The image that is meant, of those that a reference leads to.
 *
 * @param wanted what it must be for; undefined: an only one is taken as it is
 * @param host decides among several where nothing is wanted
 * @throws WherryError NOT_FOUND when there is none for it, CORRUPT when its manifest is not sound
 */
export async function findImage(
  { manifests }: Resolved,
  wanted: Platform | undefined,
  host: Platform,
): Promise<FoundImage> {
  const [only] = manifests;
  const taken = wanted === undefined && manifests.length === 1 && only;
  const { digest, platform, read } = taken || chooseManifest(manifests, wanted ?? host);
  return { digest, platform, ...(await read()) };
}

/**
 * The manifest whose image a host for `wanted` runs best. One of which the store does not say what it
 * is for is taken unseen: its config tells, see {@link checkPlatform}.
 *
 * @throws WherryError NOT_FOUND when there is none for it
 */
export function chooseManifest(manifests: OfferedManifest[], wanted: Platform): OfferedManifest {
  const unknown = manifests.find(({ platform }) => platform === undefined);
  const told = manifests.flatMap(({ platform, ...rest }) =>
    platform ? [{ ...rest, platform }] : [],
  );
  const chosen = closestImage(wanted, told) ?? unknown;
  if (chosen) return chosen;
  throw notFor(
    wanted,
    told.map(({ platform }) => platform),
  );
}

/** @throws WherryError NOT_FOUND when a host for `wanted` does not run an image for `offered` */
export function checkPlatform(wanted: Platform | undefined, offered: Platform): void {
  if (wanted && !closestImage(wanted, [{ platform: offered }])) throw notFor(wanted, [offered]);
}

function notFor(wanted: Platform, offered: Platform[]): WherryError {
  const want = formatPlatform(wanted);
  const offers = offered.map(formatPlatform);
  return new WherryError('NOT_FOUND', `The image is for ${offers.join(', ')}, not for ${want}.`, {
    side: 'store',
    hint: `Push it for ${want}, or pass --platform ${offers[0]}.`,
  });
}
