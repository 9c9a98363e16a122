const zeros: Buffer = Buffer.alloc(64 * 1024);

/**
 * The same bytes, but zeros only once something follows them or the source has ended well. A tar
 * ends in blocks of zeros, and an engine (26.1 and newer) loads what it has as soon as it sees them,
 * whatever comes of the rest. Zeros are counted, not kept.
 */
export async function* holdZeros(
  pieces: AsyncIterable<Buffer>,
): AsyncGenerator<Buffer, void, undefined> {
  let held = 0;
  for await (const piece of pieces) {
    const end = lengthWithoutZeros(piece);
    if (end > 0) {
      yield* zerosOf(held);
      yield piece.subarray(0, end);
      held = 0;
    }
    held += piece.length - end;
  }
  yield* zerosOf(held);
}

function lengthWithoutZeros(piece: Buffer): number {
  let end = piece.length;
  while (end > 0 && piece[end - 1] === 0) end--;
  return end;
}

/** So many zeros, in pieces of one and the same memory. */
export function* zerosOf(count: number): Generator<Buffer> {
  for (let left = count; left > 0; left -= zeros.length) {
    yield zeros.subarray(0, Math.min(left, zeros.length));
  }
}
