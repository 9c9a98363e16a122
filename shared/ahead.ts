/**
 * Maps items in order, working on up to `ahead` of them at once: while one result is being used,
 * the next are being made.
 */
export async function* mapAhead<T, R>(
  items: AsyncIterable<T> | Iterable<T>,
  ahead: number,
  work: (item: T) => Promise<R>,
): AsyncGenerator<R, void, undefined> {
  const started: Promise<R>[] = [];
  for await (const item of items) {
    const result = work(item);
    // Its failure is thrown when its turn comes; until then it must not count as unhandled.
    result.catch(() => {});
    started.push(result);
    if (started.length >= ahead) yield await (started.shift() as Promise<R>);
  }
  for (const result of started) yield await result;
}

/** Gathers pieces into blocks of `sizeOf(number)` bytes, numbered from 1; the last may be smaller. */
export async function* blocks(
  pieces: AsyncIterable<Buffer>,
  sizeOf: (number: number) => number,
): AsyncGenerator<Buffer, void, undefined> {
  let number = 1;
  let block = Buffer.allocUnsafeSlow(sizeOf(number));
  let filled = 0;
  for await (const piece of pieces) {
    let at = 0;
    while (at < piece.length) {
      const copied = piece.copy(block, filled, at);
      at += copied;
      filled += copied;
      if (filled < block.length) continue;
      yield block;
      block = Buffer.allocUnsafeSlow(sizeOf(++number));
      filled = 0;
    }
  }
  if (filled > 0) yield block.subarray(0, filled);
}
