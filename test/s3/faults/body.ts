/** Yields at most `limit` bytes. */
export async function* firstBytes(
  source: AsyncIterable<Buffer>,
  limit: number,
): AsyncGenerator<Buffer> {
  let left = limit;
  if (left === 0) return;
  for await (const chunk of source) {
    yield chunk.subarray(0, left);
    left -= chunk.length;
    if (left <= 0) return;
  }
}

/** Yields the same bytes with the lowest bit of the byte at `offset` flipped. */
export async function* flipBit(
  source: AsyncIterable<Buffer>,
  offset: number,
): AsyncGenerator<Buffer> {
  let position = 0;
  for await (const chunk of source) {
    const at = offset - position;
    position += chunk.length;
    if (at < 0 || at >= chunk.length) {
      yield chunk;
    } else {
      const flipped = Buffer.from(chunk);
      flipped[at] = (flipped[at] as number) ^ 1;
      yield flipped;
    }
  }
}
