/** A seeded generator of numbers in [0, 1): mulberry32. The same seed gives the same numbers. */
export function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Bytes that do not compress. */
export function randomBytes(size: number, seed: number): Buffer {
  const next = random(seed);
  const words = new Uint32Array(Math.ceil(size / 4)).map(() => next() * 2 ** 32);
  return Buffer.from(words.buffer, 0, size);
}

export function shuffle<T>(items: readonly T[], seed: number): T[] {
  const next = random(seed);
  const shuffled = [...items];
  for (let last = shuffled.length - 1; last > 0; last--) {
    const other = Math.floor(next() * (last + 1));
    [shuffled[last], shuffled[other]] = [shuffled[other] as T, shuffled[last] as T];
  }
  return shuffled;
}
