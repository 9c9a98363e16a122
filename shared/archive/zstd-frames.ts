/** What the parser asks of the stream: to be given the next bytes, or to have them passed over. */
type Want = { give: number } | { skip: number };

/**
 * Cuts zstd data so that no chunk reaches over the end of a frame.
 *
 * Node's decompressor takes the end of a frame inside a chunk for the end of all data and drops
 * the rest without an error (measured on 24.21), yet layers have many frames: pzstd, zstd:chunked
 * and concatenation make them. Data that is no zstd frame is passed on as it is, for the
 * decompressor to refuse.
 */
export async function* splitFrames(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const ends = new FrameEnds();
  for await (const chunk of source) {
    let start = 0;
    while (start < chunk.length) {
      const end = ends.next(chunk, start);
      yield start === 0 && end === chunk.length ? chunk : chunk.subarray(start, end);
      start = end;
    }
  }
}

class FrameEnds {
  #frame = frame();
  #want: Want | undefined = first(this.#frame);
  #given: number[] = [];

  /** The offset in the chunk at which the frame that `start` is in ends, or the chunk's own end. */
  next(chunk: Buffer, start: number): number {
    let at = start;
    while (this.#want !== undefined) {
      if ('skip' in this.#want) {
        const passed = Math.min(this.#want.skip, chunk.length - at);
        at += passed;
        this.#want = { skip: this.#want.skip - passed };
        if (this.#want.skip > 0) return at;
        if (this.#step(Buffer.alloc(0))) return at;
      } else {
        while (this.#given.length < this.#want.give && at < chunk.length) {
          this.#given.push(chunk[at++] as number);
        }
        if (this.#given.length < this.#want.give) return at;
        if (this.#step(Buffer.from(this.#given.splice(0)))) return at;
      }
    }
    return chunk.length;
  }

  /** @returns whether the frame ended there */
  #step(given: Buffer): boolean {
    const { done, value } = this.#frame.next(given);
    if (!done) {
      this.#want = value;
      return false;
    }
    if (value === 'foreign') {
      this.#want = undefined;
      return false;
    }
    this.#frame = frame();
    this.#want = first(this.#frame);
    return true;
  }
}

function first(parser: ReturnType<typeof frame>): Want | undefined {
  return parser.next(Buffer.alloc(0)).value as Want;
}

/** One frame or skippable frame (RFC 8878, section 3.1). */
function* frame(): Generator<Want, 'end' | 'foreign', Buffer> {
  const magic = (yield { give: 4 }).readUInt32LE();
  if (magic >>> 4 === 0x184d2a5) {
    yield { skip: (yield { give: 4 }).readUInt32LE() };
    return 'end';
  }
  if (magic !== 0xfd2fb528) return 'foreign';
  const descriptor = (yield { give: 1 }).readUInt8();
  yield { skip: restOfHeader(descriptor) };
  for (let last = false; !last; ) {
    const block = (yield { give: 3 }).readUIntLE(0, 3);
    last = (block & 1) === 1;
    const repeated = ((block >>> 1) & 3) === 1;
    yield { skip: repeated ? 1 : block >>> 3 };
  }
  const checksum = (descriptor >>> 2) & 1;
  yield { skip: checksum * 4 };
  return 'end';
}

/** Bytes of window descriptor, dictionary ID and content size after the descriptor. */
function restOfHeader(descriptor: number): number {
  const singleSegment = (descriptor >>> 5) & 1;
  const dictionary = [0, 1, 2, 4][descriptor & 3] as number;
  const contentSize = [singleSegment, 2, 4, 8][descriptor >>> 6] as number;
  return 1 - singleSegment + dictionary + contentSize;
}
