import { createHash } from 'node:crypto';
import type { LayerConsumer } from '../../../shared/archive/read.ts';
import { type Content, type Digest, digestFromHex } from '../../../shared/digest.ts';

/** A consumer that digests what it is given and remembers what happened. */
export class Recorder implements LayerConsumer {
  /** What it was asked whether it has it. */
  readonly asked: Digest[] = [];
  /** What was delivered, in order. */
  readonly delivered: Content[] = [];
  readonly #has: Map<Digest, Content>;

  constructor(has: Content[] = []) {
    this.#has = new Map(has.map((content) => [content.digest, content]));
  }

  known(diffId: Digest): Content | undefined {
    this.asked.push(diffId);
    return this.#has.get(diffId);
  }

  async layer(plain: AsyncIterable<Buffer>): Promise<Content> {
    const hash = createHash('sha256');
    let size = 0;
    for await (const chunk of plain) {
      hash.update(chunk);
      size += chunk.length;
    }
    const content = { digest: digestFromHex(hash.digest('hex')), size };
    this.delivered.push(content);
    return content;
  }
}
