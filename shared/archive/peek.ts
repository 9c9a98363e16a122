export interface Peeked {
  /** The first bytes: as many as were asked for or more, fewer only when there are no more. */
  head: Buffer;
  /** All bytes, the first ones included. */
  bytes: AsyncIterable<Buffer>;
}

/** Looks at the first `size` bytes of a source without losing them. */
export async function peek(source: AsyncIterable<Buffer>, size: number): Promise<Peeked> {
  const rest = source[Symbol.asyncIterator]();
  const chunks: Buffer[] = [];
  let length = 0;
  while (length < size) {
    const { done, value } = await rest.next();
    if (done) break;
    chunks.push(value);
    length += value.length;
  }
  const head = chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks);
  return { head, bytes: { [Symbol.asyncIterator]: () => replay(head, rest) } };
}

/** An iterator without a promise of its own for each chunk: layers pass through here. */
function replay(head: Buffer, rest: AsyncIterator<Buffer>): AsyncIterator<Buffer> {
  let replayed = head.length === 0;
  return {
    next: () => {
      if (replayed) return rest.next();
      replayed = true;
      return Promise.resolve({ done: false, value: head });
    },
    return: async () => (await rest.return?.()) ?? { done: true, value: undefined },
  };
}
