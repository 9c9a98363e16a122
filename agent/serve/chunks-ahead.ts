import type { Content } from '../../shared/digest.ts';
import type { Store } from '../../shared/store/store.ts';
import type { Window } from '../../shared/transfer/window.ts';

export interface LayerSource {
  store: Store;
  /** Of all responses together. */
  window: Window;
  /** Bytes of it that one response may borrow. */
  ahead: number;
  /** Fires when nobody wants the bytes any more. */
  signal: AbortSignal;
}

interface Fetch {
  /** Bytes of the window that it gives back; 0 for the one that has its place for certain. */
  borrowed: number;
  bytes: Promise<Buffer>;
}

/**
 * Chunks in order, verified, each fetched before its turn as far as the window has room. Whoever
 * calls has taken from the window what the largest of them needs, so that there always is a next
 * one. A chunk counts until the one after it is asked for.
 */
export async function* chunksAhead(
  chunks: Content[],
  { store, window, ahead, signal }: LayerSource,
): AsyncGenerator<Buffer, void, undefined> {
  const stop = new AbortController();
  const options = { signal: AbortSignal.any([signal, stop.signal]) };
  const fetches: Fetch[] = [];
  let certain = true;
  let borrowed = 0;
  let next = 0;

  /** What the next chunk has to borrow; undefined while there is no room for it. */
  const takeRoom = (size: number): number | undefined => {
    if (certain) {
      certain = false;
      return 0;
    }
    if (borrowed + size > ahead || !window.tryAcquire(size)) return undefined;
    borrowed += size;
    return size;
  };
  const giveRoom = (fetch: Fetch): void => {
    if (fetch.borrowed === 0) certain = true;
    borrowed -= fetch.borrowed;
    window.release(fetch.borrowed);
  };
  const fill = (): void => {
    for (let chunk = chunks[next]; chunk; chunk = chunks[next]) {
      const room = takeRoom(chunk.size);
      if (room === undefined) return;
      const bytes = store.getChunk(chunk, options);
      // Its failure is thrown when its turn comes; until then it must not count as unhandled.
      bytes.catch(() => {});
      fetches.push({ borrowed: room, bytes });
      next++;
    }
  };

  try {
    for (fill(); fetches[0]; fill()) {
      yield await fetches[0].bytes;
      giveRoom(fetches.shift() as Fetch);
    }
  } finally {
    stop.abort();
    await Promise.allSettled(fetches.map(({ bytes }) => bytes));
    for (const fetch of fetches) giveRoom(fetch);
  }
}
