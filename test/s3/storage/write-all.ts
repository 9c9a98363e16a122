import type { FileHandle } from 'node:fs/promises';

/** Bytes gathered before they are written; one such batch is written while the next one comes. */
const BATCH_SIZE = 1024 * 1024;

/** Writes a stream to a file, at most two batches in memory. Gives its size in bytes. */
export async function writeAll(handle: FileHandle, source: AsyncIterable<Buffer>): Promise<number> {
  let size = 0;
  let batch: Buffer[] = [];
  let batched = 0;
  let writing: Promise<void> = Promise.resolve();
  const flush = async () => {
    await writing;
    writing = writeBatch(handle, batch);
    // Awaited by the next flush; without a handler of its own a failure in between would be
    // an unhandled rejection.
    writing.catch(() => {});
    batch = [];
    batched = 0;
  };
  try {
    for await (const chunk of source) {
      size += chunk.length;
      batched += chunk.length;
      batch.push(chunk);
      if (batched >= BATCH_SIZE) await flush();
    }
    if (batched > 0) await flush();
  } finally {
    await writing;
  }
  return size;
}

async function writeBatch(handle: FileHandle, batch: Buffer[]): Promise<void> {
  let left = batch;
  while (left.length > 0) {
    const { bytesWritten } = await handle.writev(left);
    left = dropBytes(left, bytesWritten);
  }
}

function dropBytes(buffers: readonly Buffer[], count: number): Buffer[] {
  let skip = count;
  const rest: Buffer[] = [];
  for (const buffer of buffers) {
    if (skip < buffer.length) rest.push(buffer.subarray(skip));
    skip = Math.max(skip - buffer.length, 0);
  }
  return rest;
}
