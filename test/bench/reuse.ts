import { spawnSync } from 'node:child_process';
import {
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { constants, zstdCompressSync } from 'node:zlib';
import { digestOf } from '../../shared/digest.ts';
import { defaultChunkSizes } from '../../shared/layer/sizes.ts';
import { chunksOf } from '../property/chunk-properties.ts';
import { splitAll } from '../property/streams.ts';

// What a layer of a folder costs to send, whole, again with new mtimes, and after an edit of one
// file; split first, and for comparison as a plain tar. Needs GNU tar.
// Usage: node test/bench/reuse.ts FOLDER

const source = process.argv[2];
if (source === undefined) throw new Error('usage: node test/bench/reuse.ts FOLDER');

const level = { params: { [constants.ZSTD_c_compressionLevel]: 3 } };

/** Remembers chunks, and tells the compressed bytes of those that it has not seen. */
class Sender {
  readonly #seen = new Set<string>();

  send(streams: Buffer[]): number {
    let bytes = 0;
    for (const chunk of streams.flatMap((stream) => chunksOf([stream], defaultChunkSizes))) {
      const digest = digestOf(chunk);
      if (!this.#seen.has(digest)) bytes += zstdCompressSync(chunk, level).length;
      this.#seen.add(digest);
    }
    return bytes;
  }
}

/** A tar as Docker writes layers: times in whole seconds, here over two minutes of a build. */
function layerOf(folder: string, built: number): Buffer {
  filesOf(folder).forEach((path, i) => {
    utimesSync(path, built, built + (i % 120));
  });
  const args = ['--create', '--sort=name', '--format=gnu', '-C', folder, '.'];
  const { stdout, status } = spawnSync('tar', args, { maxBuffer: 2 ** 31 - 1 });
  if (status !== 0) throw new Error('tar failed');
  return stdout;
}

function filesOf(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile())
    .sort();
}

const folder = mkdtempSync(join(tmpdir(), 'wherry-reuse-'));
try {
  cpSync(source, folder, { recursive: true, dereference: true });
  const split = new Sender();
  const plain = new Sender();
  const row = (what: string, layer: Buffer): void => {
    const { meta, content } = splitAll([layer]);
    const sizes = [layer.length, plain.send([layer]), split.send([meta, content])];
    const cells = sizes.map((size) => `${(size / 1e6).toFixed(3).padStart(10)} MB`);
    process.stdout.write(`${what.padEnd(12)}${cells.join('')}\n`);
  };
  process.stdout.write(
    `${' '.repeat(12)}${['layer', 'plain', 'split'].map((name) => name.padStart(13)).join('')}\n`,
  );
  row('first', layerOf(folder, 1_767_261_600));
  row('new mtimes', layerOf(folder, 1_769_994_000));
  const files = filesOf(folder);
  const edited = files[files.length >> 1] as string;
  writeFileSync(edited, `${readFileSync(edited, 'latin1')}\n// edited\n`, 'latin1');
  row('one edit', layerOf(folder, 1_769_994_000));
} finally {
  rmSync(folder, { recursive: true });
}
