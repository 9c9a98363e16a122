import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { plainTar } from '../archive/plain-tar.ts';
import type { Engine } from '../engine/engine.ts';
import { WherryError } from '../error.ts';
import { holdZeros } from './hold-zeros.ts';
import type { SaveContext } from './save.ts';
import type { Tarball } from './tarball.ts';
import { inTurn, type LoadTarget } from './turn.ts';

export interface LoadRequest extends LoadTarget {
  from: Tarball;
}

/** `load --json`; `sha256` is the object's, in hex, `verified` whether it had one beside it. */
export interface LoadResult {
  source: string;
  images: { reference: string; imageId: string }[];
  sha256: string;
  verified: boolean;
  bytes: { image: number; downloaded: number };
}

/**
 * Streams a tarball into `docker load`. Its end is let through only once all of it has the SHA-256
 * that is kept beside it, so that an engine never sees the end of another. Takes turns with what else
 * is loaded: an engine that is given one layer twice at a time may refuse the second.
 *
 * @throws WherryError CORRUPT when they have not
 */
export function load(request: LoadRequest, context: SaveContext): Promise<LoadResult> {
  return inTurn(request, context, () => loadNow(request, context));
}

async function loadNow(request: LoadRequest, context: SaveContext): Promise<LoadResult> {
  const { engine, from } = request;
  const { report, signal } = context;
  const sum = parseSum(await from.readSum?.({ signal }));
  const { size, pieces } = await from.read({ signal });
  if (!sum && from.readSum) {
    report({ type: 'notice', text: `${from.url} has no .sha256 beside it; it is not verified.` });
  }
  report({ type: 'stage', text: 'Loading into the engine' });
  if (size !== undefined) report({ type: 'total', bytes: size });
  const count = { plain: 0, downloaded: 0, sha256: '' };
  const hash = createHash('sha256');

  async function* verified(): AsyncGenerator<Buffer, void, undefined> {
    for await (const piece of pieces) {
      hash.update(piece);
      yield piece;
      count.downloaded += piece.length;
      report({ type: 'progress', done: count.downloaded, wire: count.downloaded });
    }
    count.sha256 = hash.digest('hex');
    if (sum && sum !== count.sha256) {
      throw new WherryError('CORRUPT', `${from.url} has another SHA-256 than ${sum}.`, {
        side: 'store',
        hint: 'Save it again. If it was just replaced, load it again.',
      });
    }
  }
  async function* plain(): AsyncGenerator<Buffer, void, undefined> {
    for await (const piece of holdZeros(await plainTar(verified()))) {
      count.plain += piece.length;
      yield piece;
    }
  }
  const names = await engine.load(Readable.from(plain(), { objectMode: false }), signal);
  const images = await Promise.all(names.map((name) => confirm(engine, name)));
  return {
    source: from.url,
    images,
    sha256: count.sha256,
    verified: sum !== undefined,
    bytes: { image: count.plain, downloaded: count.downloaded },
  };
}

/** The hex digits at the start of a line of sha256sum(1). */
function parseSum(line: string | undefined): string | undefined {
  return line === undefined ? undefined : /^[0-9a-f]{64}(?=\s)/.exec(line)?.[0];
}

async function confirm(engine: Engine, name: string) {
  const image = await engine.inspect(name);
  if (image) return { reference: name, imageId: image.id };
  throw new WherryError('ENGINE_FAILED', `The engine says it loaded ${name}, but has not got it.`, {
    side: 'engine',
    hint: 'See the log of the engine; try again.',
  });
}
