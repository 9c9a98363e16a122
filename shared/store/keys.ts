import { type Digest, hexOf } from '../digest.ts';
import { formatReference, parseTagReference, type TagReference } from '../image/reference.ts';

/** The names of everything in a store; no other module knows them. */
export const keys = {
  format: 'format.json',
  config: 'config.json',
  chunk: (digest: Digest) => `chunks/${hexOf(digest).slice(0, 2)}/${hexOf(digest)}`,
  layer: (diffId: Digest) => `layers/${hexOf(diffId)}`,
  blob: (digest: Digest) => `blobs/${hexOf(digest)}`,
  tags: 'tags/',
  tag: (tag: TagReference) => `tags/${formatReference(tag)}`,
  history: (tag: TagReference) => `history/${formatReference(tag)}/`,
  change: (tag: TagReference, sequence: number) =>
    `history/${formatReference(tag)}/${String(sequence).padStart(10, '0')}`,
  fleet: (tag?: TagReference) => (tag ? `fleet/${formatReference(tag)}/` : 'fleet/'),
  heartbeat: (tag: TagReference, host: string) => `fleet/${formatReference(tag)}/${host}`,
  agentFile: (version: string, file: string) => `agent/${version}/${file}`,
};

/** The tag and the host that a key of {@link keys.heartbeat} is for; undefined for another key. */
export function hostOfKey(key: string): { tag: TagReference; host: string } | undefined {
  const [, name, host] = /^fleet\/(.+)\/([^/]+)$/.exec(key) ?? [];
  const tag = name === undefined ? undefined : tagOfKey(`${keys.tags}${name}`);
  return tag && host ? { tag, host } : undefined;
}

/** The tag that a key below {@link keys.tags} is for; undefined for a key of another kind. */
export function tagOfKey(key: string): TagReference | undefined {
  const name = key.slice(keys.tags.length);
  if (!key.startsWith(keys.tags) || !/:[^/]+$/.test(name)) return undefined;
  try {
    return parseTagReference(name);
  } catch {
    return undefined;
  }
}

/** The sequence number in a key of {@link keys.change}; undefined for a key of another kind. */
export function sequenceOfKey(key: string): number | undefined {
  const digits = key.slice(key.lastIndexOf('/') + 1);
  return /^\d{10}$/.test(digits) ? Number(digits) : undefined;
}
