import { createHash } from 'node:crypto';
import type { Engine } from '../engine/engine.ts';
import type { Report } from '../events.ts';
import { compressTarball, type TarballCodec } from './compression.ts';
import { inspectSource } from './source.ts';
import type { Tarball } from './tarball.ts';

export interface SaveRequest {
  engine: Engine;
  image: string;
  codec: TarballCodec;
  to: Tarball;
}

export interface SaveContext {
  report: Report;
  signal?: AbortSignal | undefined;
}

/** `save --json`; `sha256` is the stored object's, in hex. */
export interface SaveResult {
  destination: string;
  image: string;
  imageId: string;
  sha256: string;
  bytes: { image: number; stored: number };
}

/** Streams `docker save` into one object, with its SHA-256 beside it. Nothing is staged. */
export async function save(request: SaveRequest, context: SaveContext): Promise<SaveResult> {
  const { engine, image, codec, to } = request;
  const { report, signal } = context;
  const inspected = await inspectSource(engine, image);
  report({ type: 'total', bytes: inspected.size });
  report({ type: 'stage', text: 'Exporting from the engine' });
  const count = { plain: 0, stored: 0 };
  const hash = createHash('sha256');
  const plain = watched(await engine.save(image, signal), (piece) => {
    count.plain += piece.length;
    report({ type: 'progress', done: count.plain, wire: count.stored });
  });
  const stored = watched(compressTarball(plain, codec), (piece) => {
    hash.update(piece);
    count.stored += piece.length;
  });
  await to.write(stored, { signal });
  const sha256 = hash.digest('hex');
  await to.writeSum?.(`${sha256}  ${to.url.slice(to.url.lastIndexOf('/') + 1)}\n`, { signal });
  return {
    destination: to.url,
    image,
    imageId: inspected.id,
    sha256,
    bytes: { image: count.plain, stored: count.stored },
  };
}

/** The same pieces, each seen on its way. */
async function* watched(
  pieces: AsyncIterable<Buffer>,
  see: (piece: Buffer) => void,
): AsyncGenerator<Buffer, void, undefined> {
  for await (const piece of pieces) {
    see(piece);
    yield piece;
  }
}
