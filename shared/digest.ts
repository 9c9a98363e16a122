import { createHash } from 'node:crypto';
import { WherryError } from './error.ts';

/**
 * The identity of bytes: `sha256:` and 64 lower-case hex digits, as in the OCI image specification
 * (descriptor.md, "Digests"). Only {@link parseDigest} and {@link digestOf} make one.
 */
export type Digest = `sha256:${string}` & { readonly brand: unique symbol };

/** A digest and the size, in bytes, of what it names; the two travel together. */
export interface Content {
  digest: Digest;
  size: number;
}

const pattern = /^sha256:[0-9a-f]{64}$/;

export function isDigest(text: unknown): text is Digest {
  return typeof text === 'string' && pattern.test(text);
}

/** Whether a value read from JSON has a digest and a size. */
export function isContent(value: unknown): value is Content {
  const { digest, size } = (value ?? {}) as Partial<Content>;
  return isDigest(digest) && Number.isSafeInteger(size) && (size as number) >= 0;
}

/** @throws WherryError BAD_INPUT when the text is no SHA-256 digest */
export function parseDigest(text: string): Digest {
  if (isDigest(text)) return text;
  throw new WherryError('BAD_INPUT', `"${text}" is not a digest.`, {
    side: 'local',
    hint: 'A digest is "sha256:" and 64 hex digits.',
  });
}

export function digestOf(bytes: Uint8Array): Digest {
  return digestFromHex(createHash('sha256').update(bytes).digest('hex'));
}

/** @throws WherryError BAD_INPUT when these are not 64 lower-case hex digits */
export function digestFromHex(hex: string): Digest {
  return parseDigest(`sha256:${hex}`);
}

export function hexOf(digest: Digest): string {
  return digest.slice('sha256:'.length);
}

export function contentOf(bytes: Uint8Array): Content {
  return { digest: digestOf(bytes), size: bytes.length };
}

/** The first 12 hex digits, as docker prints an ID. */
export function shortDigest(digest: Digest): string {
  return hexOf(digest).slice(0, 12);
}
