import { posix } from 'node:path';
import { type Digest, digestFromHex, hexOf } from '../digest.ts';

/** The one spelling of a path in an archive: `./a//b` and `/a/b` are `a/b`. */
export function normalizePath(path: string): string {
  return posix.normalize(path).replace(/^\/+/, '').replace(/\/$/, '');
}

/** Where a symbolic link leads; a target that begins with a slash is taken from the root. */
export function linkTarget(path: string, target: string): string {
  return normalizePath(target.startsWith('/') ? target : posix.join(posix.dirname(path), target));
}

/** Where the OCI image layout keeps a blob (image-layout.md). */
export function blobPath(digest: Digest): string {
  return `blobs/sha256/${hexOf(digest)}`;
}

/** The digest that a blob's path in an OCI layout vouches for; undefined elsewhere. */
export function blobDigest(path: string): Digest | undefined {
  return digestBy(/^blobs\/sha256\/([0-9a-f]{64})$/, path);
}

/** The digest in the name of a legacy config, `<image ID>.json`. */
export function configDigest(path: string): Digest | undefined {
  return digestBy(/^([0-9a-f]{64})\.json$/, path);
}

/**
 * The diffID that a plain layer's name claims: `blobs/sha256/<hex>`, `<hex>.tar` (skopeo),
 * `<hex>/layer.tar` (nix), `sha256:<hex>`. Elsewhere those places hold other IDs, so it is no more
 * than a claim.
 */
export function claimedDiffId(path: string): Digest | undefined {
  return digestBy(/(?:^|\/)(?:sha256:)?([0-9a-f]{64})(?:\.tar(?:\.gz)?|\/layer\.tar)?$/, path);
}

function digestBy(pattern: RegExp, path: string): Digest | undefined {
  const hex = pattern.exec(path)?.[1];
  return hex === undefined ? undefined : digestFromHex(hex);
}
