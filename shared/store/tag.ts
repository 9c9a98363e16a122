import { type Digest, isDigest } from '../digest.ts';
import { WherryError } from '../error.ts';
import { formatReference, type TagReference } from '../image/reference.ts';
import { type Author, type Origin, readAuthor, readOrigin, textOf } from './origin.ts';
import { encodeSealed, isIntact } from './sealed.ts';
import { readTagImages, type TagTarget, targetOf } from './tag-images.ts';

/** What changed a tag. */
export type TagAction = 'push' | 'promote' | 'rollback' | 'remove';

/**
 * What a tag points to, and how it came to: the pointer, and each record of the tag's history. The
 * record of a removal is a tombstone: it says what the tag pointed to, and the tag is gone.
 */
export interface TagRecord extends TagTarget {
  /** Grows by one with each change of the tag, from 1. */
  sequence: number;
  /** Unique for each change, so that a writer whose answer was lost knows its own. */
  id: string;
  /** ISO 8601, UTC, by the writer's clock. */
  time: string;
  action: TagAction;
  /** Where the tag pointed before; undefined when it was not there. */
  previous: Digest | undefined;
  /** The ID that the engine gave the image that was pushed, when it came from one. */
  source: Digest | undefined;
  by: Author | undefined;
  from: Origin | undefined;
  /** Why, in the words of whoever moved it. */
  note: string | undefined;
}

/** What a change of a tag says of itself; the store adds the rest. */
export type TagChange = Omit<TagRecord, 'sequence' | 'id' | 'time' | 'previous'>;

/** What a change of a tag says of how and why it was made. */
export type Cause = Pick<TagRecord, 'action' | 'by' | 'from' | 'note'>;

/** A change that brings a tag to what a record says, for a cause of its own. */
export function changeTo(record: TagRecord, cause: Cause): TagChange {
  const { sequence, id, time, previous, ...target } = record;
  return { ...target, ...cause };
}

/** Whether a tag with this record as its last is gone. */
export function isRemoval({ action }: Pick<TagRecord, 'action'>): boolean {
  return action === 'remove';
}

/** The record of a tag that is there; undefined for that of a removal, too. */
export function recordThere(last: TagRecord | undefined): TagRecord | undefined {
  return last && !isRemoval(last) ? last : undefined;
}

/** The same record has the same bytes, whether it was just made or read. */
export function encodeTag(record: TagRecord): Buffer {
  const { sequence, id, time, action, digest, mediaType, previous, source, ...rest } = record;
  const { by, from, note, ...target } = rest;
  const how = { sequence, id, time, action, digest, mediaType, previous, source, by, from, note };
  return encodeSealed({ wherry: 1, ...how, ...target });
}

/** @throws WherryError CORRUPT when the bytes are no tag of version 1 */
export function decodeTag(tag: TagReference, bytes: Uint8Array): TagRecord {
  const corrupt = (why: string, cause?: unknown) =>
    new WherryError('CORRUPT', `The tag ${formatReference(tag)} is corrupt: ${why}.`, {
      side: 'store',
      hint: 'Push to it again with --repair.',
      cause,
    });
  let value: Partial<TagRecord> & { wherry?: unknown };
  try {
    value = JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch (error) {
    throw corrupt('it is not JSON', error);
  }
  if (typeof value !== 'object' || value === null) throw corrupt('it is not an object');
  if (value.wherry !== 1) {
    throw new WherryError(
      'CORRUPT',
      `The tag ${formatReference(tag)} has a format of another version.`,
      {
        side: 'store',
        hint: 'Use a newer wherry.',
      },
    );
  }
  if (!isIntact(value)) throw corrupt('it is not what its checksum says');
  const { sequence, digest, mediaType } = value;
  if (!Number.isSafeInteger(sequence) || !isDigest(digest) || typeof mediaType !== 'string') {
    throw corrupt('it lacks its sequence number, digest or media type');
  }
  const images = value.images === undefined ? [] : readTagImages(value.images);
  if (!images || (images.length > 0 && !isTarget(value, targetOf(images)))) {
    throw corrupt('its images are not those of its digest');
  }
  return {
    sequence: sequence as number,
    id: String(value.id ?? ''),
    time: String(value.time ?? ''),
    action: value.action ?? 'push',
    digest,
    mediaType,
    previous: isDigest(value.previous) ? value.previous : undefined,
    source: isDigest(value.source) ? value.source : undefined,
    by: readAuthor(value.by),
    from: readOrigin(value.from),
    note: textOf(value.note),
    platforms: Array.isArray(value.platforms) ? value.platforms.map(String) : [],
    imageSize: Number(value.imageSize ?? 0),
    layers: Number(value.layers ?? 0),
    chunks: Number(value.chunks ?? 0),
    images,
  };
}

/** Whether this is where the images lead: an index's digest follows from them, so they need no trust. */
function isTarget(value: Partial<TagTarget>, target: TagTarget): boolean {
  return (
    value.digest === target.digest &&
    value.mediaType === target.mediaType &&
    String(value.platforms) === String(target.platforms)
  );
}
