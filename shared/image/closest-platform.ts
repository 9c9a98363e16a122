import { formatPlatform, type Platform } from './platform.ts';

/** What an architecture's variants count from, where none is named. */
const plainLevels: Readonly<Record<string, number>> = { amd64: 1, arm: 7, arm64: 8 };

/**
 * The image that a host runs best: one of its very own platform, else the highest variant below its
 * own. As containerd's matcher chooses (github.com/containerd/platforms, compare.go, `Only`), but
 * never of another architecture: not 386 for amd64, nor arm for arm64.
 */
export function closestImage<T extends { platform: Platform }>(
  host: Platform,
  images: T[],
): T | undefined {
  return images
    .filter(({ platform }) => distance(host, platform) !== undefined)
    .sort((a, b) => Number(distance(host, a.platform)) - Number(distance(host, b.platform)))[0];
}

/** Smaller is better, below zero the very same; undefined when the host does not run it. */
function distance(host: Platform, offered: Platform): number | undefined {
  if (formatPlatform(host) === formatPlatform(offered)) return -1;
  if (host.os !== offered.os || host.architecture !== offered.architecture) return undefined;
  const below = levelOf(host) - levelOf(offered);
  return below >= 0 ? below : undefined;
}

/** A number to compare; not one where nothing can be said of the variant. */
function levelOf({ architecture, variant }: Platform): number {
  const plain = plainLevels[architecture];
  if (plain === undefined || variant === undefined) return plain ?? Number.NaN;
  return Number(/^v(\d+(?:\.\d+)?)$/.exec(variant)?.[1]);
}
