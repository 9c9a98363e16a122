/**
 * The value once it has stayed the same for 100 ms: how far a stream goes whose other end does not
 * move. Rejects when it grows beyond the limit.
 */
export async function settled(read: () => number, limit: number): Promise<number> {
  for (let last = -1; ; ) {
    const value = read();
    if (value > limit) throw new Error(`${value} is beyond ${limit}.`);
    if (value === last && value > 0) return value;
    last = value;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
