import type { Digest } from '../digest.ts';
import { formatReference, type TagReference } from '../image/reference.ts';
import type { Author } from '../store/origin.ts';
import type { TagRecord } from '../store/tag.ts';
import { indexOf, type TagImage, targetOf } from '../store/tag-images.ts';
import type { TransferContext } from './context.ts';
import { imagesOfTag } from './stored-image.ts';

/** How a push moves a tag. */
export interface MoveRequest {
  /** What becomes of the tag's other platforms: they stay, or go; undefined: they go, and it is told. */
  others?: 'keep' | 'drop' | undefined;
  expect?: Digest | 'none' | undefined;
  immutable?: boolean | undefined;
  repair?: boolean | undefined;
  /** Who pushes, for the tag's record; and why. */
  by?: Author | undefined;
  note?: string | undefined;
}

/**
 * Points a tag at images that are in the store; at an index where there are several then, which is
 * stored first.
 *
 * @param source the ID that an engine gave what was pushed
 * @throws WherryError CONFLICT as `moveTag` does
 */
export async function pointTag(
  tag: TagReference,
  pushed: TagImage[],
  source: Digest | undefined,
  { others, expect, immutable, repair, by, note }: MoveRequest,
  { store, report, signal }: TransferContext,
): Promise<TagRecord> {
  let dropped: string[] = [];
  const change = async (current: TagRecord | undefined) => {
    const kept = current && others === 'keep' ? await imagesOfTag(current, store, { signal }) : [];
    const images = merge(kept, pushed);
    const target = targetOf(images);
    const index = indexOf(images);
    const moves = target.digest !== current?.digest;
    if (index && (moves || repair)) await store.putBlob(index, { signal, overwrite: repair });
    dropped = (current?.platforms ?? []).filter((each) => !target.platforms.includes(each));
    return { action: 'push' as const, source, by, from: undefined, note, ...target };
  };
  const record = await store.moveTag(tag, change, { signal, expect, immutable, repair });
  if (dropped.length > 0 && others === undefined) {
    const text =
      `${formatReference(tag)} no longer has ${dropped.join(', ')}: this push replaced it. ` +
      'To keep other platforms, push with --add.';
    report({ type: 'notice', text });
  }
  return record;
}

/** An image replaces that of its platform, and itself under the name of another. */
function merge(kept: TagImage[], pushed: TagImage[]): TagImage[] {
  const isReplaced = (image: TagImage) =>
    pushed.some(({ platform, digest }) => platform === image.platform || digest === image.digest);
  return [...kept.filter((image) => !isReplaced(image)), ...pushed];
}
