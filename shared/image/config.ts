import { type Digest, isDigest } from '../digest.ts';
import { WherryError } from '../error.ts';
import { type Platform, readPlatform } from './platform.ts';

/** What Wherry reads of an image config (config.md); its bytes are kept as they are. */
export interface ImageConfig {
  platform: Platform;
  /** The layers' digests, uncompressed, from the base up. */
  diffIds: Digest[];
  created: string | undefined;
}

/** @throws WherryError BAD_INPUT when the bytes are no image config */
export function parseConfig(bytes: Uint8Array): ImageConfig {
  const value = parseObject(bytes);
  const rootfs = value?.rootfs as { diff_ids?: unknown } | undefined;
  const diffIds = rootfs?.diff_ids ?? [];
  if (!value || rootfs === undefined || !Array.isArray(diffIds) || !diffIds.every(isDigest)) {
    throw new WherryError('BAD_INPUT', 'The image config names no layers (rootfs.diff_ids).', {
      side: 'local',
      hint: 'Only images of schema version 2 or OCI images can be delivered.',
    });
  }
  const { os, architecture, variant } = value;
  const platform = readPlatform({
    os: os || 'linux',
    architecture: architecture || 'amd64',
    variant,
  });
  if (!platform) {
    throw new WherryError('BAD_INPUT', 'The image config is for a platform that is none.', {
      side: 'local',
      hint: 'It is os, architecture and variant, such as linux, arm and v7, in lower case.',
    });
  }
  return {
    platform,
    diffIds,
    created: text(value.created),
  };
}

function parseObject(bytes: Uint8Array): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(bytes).toString('utf8'));
    return typeof value === 'object' && value !== null
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
