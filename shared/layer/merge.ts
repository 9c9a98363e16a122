import { WherryError } from '../error.ts';
import { Batch } from './batch.ts';
import { Cursor } from './cursor.ts';
import { Frame } from './frame.ts';

/**
 * Puts a layer together from the two streams that {@link Splitter} made of it, each in pieces of
 * any sizes. The sources are pulled one at a time, only when the next byte is theirs, and are
 * closed when the merge ends, fails, or is abandoned. Pieces yielded may be views into theirs.
 *
 * @throws WherryError CORRUPT when one stream ends before the other: a layer that was itself cut off
 *   in the middle of a file ends both at once
 */
export async function* merge(
  meta: AsyncIterable<Buffer>,
  content: AsyncIterable<Buffer>,
): AsyncGenerator<Buffer, void, undefined> {
  const frame = new Frame();
  const batch = new Batch();
  const metaCursor = new Cursor(meta);
  const contentCursor = new Cursor(content);
  try {
    for (;;) {
      const inContent = frame.contentDue > 0;
      const cursor = inContent ? contentCursor : metaCursor;
      if (cursor.left === 0 && !(await cursor.load())) break;
      const { piece, at } = cursor;
      if (inContent) {
        const run = Math.min(cursor.left, frame.contentDue);
        frame.takeContent(run);
        cursor.at += run;
      } else {
        cursor.at = frame.takeMeta(piece, at);
      }
      batch.add(piece, at, cursor.at);
      if (batch.ready.length > 0) yield* batch.take();
    }
    if ((await contentCursor.load()) || (await metaCursor.load())) throw mismatch();
    batch.flush();
    yield* batch.take();
  } finally {
    // A source that fails to close has no say in how the merge went.
    await Promise.allSettled([metaCursor.close(), contentCursor.close()]);
  }
}

function mismatch(): WherryError {
  return new WherryError('CORRUPT', 'The meta and the content of a layer do not fit together.', {
    side: 'store',
    hint: 'Push the image again from where it was built.',
  });
}
