import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Readable } from 'node:stream';
import { describe, test } from 'node:test';
import { extract } from 'tar-stream';
import { readArchive } from '../../shared/archive/read.ts';
import { fileHeader } from '../../shared/archive/tar-header.ts';
import { archiveSize, type WritableImage, writeArchive } from '../../shared/archive/write.ts';
import { type Digest, digestOf, hexOf } from '../../shared/digest.ts';
import { bigLayer } from '../support/image/big-layer.ts';
import { buildImage } from '../support/image/build.ts';
import { bytesOf } from '../support/image/bytes.ts';
import { Recorder } from '../support/image/recorder.ts';

const empty = Buffer.alloc(1024);
const image = await buildImage({
  layers: [[{ name: 'a', content: 'a'.repeat(100_001) }], empty, [{ name: 'b' }], empty],
});
const references = ['app:2', 'registry.test:5000/team/app:v1'];
const writable: WritableImage = { ...image, references };

interface Member {
  header: Record<string, unknown>;
  content: Buffer;
}

async function membersOf(archive: Readable): Promise<Member[]> {
  const tar = extract();
  archive.pipe(tar as unknown as NodeJS.WritableStream);
  const members: Member[] = [];
  for await (const entry of tar) {
    members.push({
      header: { ...entry.header },
      content: await bytesOf(entry as AsyncIterable<Buffer>),
    });
  }
  return members;
}

function nameOf(digest: Digest): string {
  return `blobs/sha256/${hexOf(digest)}`;
}

test('what is written can be read', async () => {
  const [read, ...more] = await readArchive(writeArchive(writable), new Recorder());
  assert.deepEqual(more, []);
  assert.deepEqual(read?.references, references);
  assert.deepEqual(read.config, image.config);
  assert.deepEqual(
    read.layers.map(({ digest }) => digest),
    image.diffIds,
  );
});

test('layers come first and once, what names them last', async () => {
  const members = await membersOf(writeArchive(writable));
  const manifest = digestOf(image.manifest);
  assert.deepEqual(
    members.map(({ header }) => header.name),
    [
      ...[...new Set(image.diffIds)].map(nameOf),
      nameOf(image.id),
      nameOf(manifest),
      'index.json',
      'oci-layout',
      'manifest.json',
    ],
  );
  for (const { header } of members) {
    const { mtime, uid, gid, mode, type } = header;
    assert.deepEqual([mtime, uid, gid, mode, type], [new Date(0), 0, 0, 0o644, 'file']);
  }
  const json = (name: string) =>
    JSON.parse(String(members.find(({ header }) => header.name === name)?.content));
  assert.deepEqual(json('manifest.json'), [
    { Config: nameOf(image.id), RepoTags: references, Layers: image.diffIds.map(nameOf) },
  ]);
  const described = {
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    digest: manifest,
    size: image.manifest.length,
  };
  assert.deepEqual(json('index.json').manifests, [
    {
      ...described,
      annotations: {
        'io.containerd.image.name': 'docker.io/library/app:2',
        'org.opencontainers.image.ref.name': '2',
      },
    },
    {
      ...described,
      annotations: {
        'io.containerd.image.name': 'registry.test:5000/team/app:v1',
        'org.opencontainers.image.ref.name': 'v1',
      },
    },
  ]);
});

test('without references it has no tags', async () => {
  const members = await membersOf(writeArchive({ ...image, references: [] }));
  assert.equal(JSON.parse(String(members.at(-1)?.content))[0].RepoTags, null);
});

test('the same image gives the same bytes, as many as foretold', async () => {
  const bytes = await bytesOf(writeArchive(writable));
  assert.deepEqual(await bytesOf(writeArchive(writable)), bytes);
  assert.equal(archiveSize(writable), bytes.length);
});

test('a delta leaves out layers and still names them', async () => {
  const [base, ...rest] = image.layers;
  const delta = {
    ...writable,
    layers: [{ digest: base?.digest as Digest, size: base?.size as number }, ...rest],
  };
  const members = await membersOf(writeArchive(delta));
  assert.ok(!members.some(({ header }) => header.name === nameOf(image.diffIds[0] as Digest)));
  assert.equal(JSON.parse(String(members.at(-1)?.content))[0].Layers.length, 4);
  assert.equal((await bytesOf(writeArchive(delta))).length, archiveSize(delta));
  await assert.rejects(readArchive(writeArchive(delta), new Recorder()), { code: 'BAD_INPUT' });
});

test('sizes of 8 GiB and more', async () => {
  for (const size of [0, 511, 8 * 1024 ** 3 - 1, 8 * 1024 ** 3, 5 * 1024 ** 4]) {
    const tar = extract();
    tar.write(fileHeader('blobs/sha256/x', size));
    const [header] = await once(tar as unknown as NodeJS.EventEmitter, 'entry');
    assert.equal(header.size, size);
    tar.destroy();
  }
  const size = 20 * 1024 ** 3;
  const digest = image.diffIds[0] as Digest;
  const layers = [{ digest, size, bytes: () => Readable.from([]) }];
  const rest = archiveSize({ ...writable, layers: [{ digest, size }] });
  assert.equal(archiveSize({ ...writable, layers }), rest + 512 + size);
});

describe('a stream that fails never has the last file', () => {
  const [layer] = image.layers;
  const digest = layer?.digest as Digest;
  const size = layer?.size as number;

  async function failureOf(bytes: () => AsyncIterable<Buffer>, signal?: AbortSignal) {
    const archive = writeArchive({ ...writable, layers: [{ digest, size, bytes }] }, { signal });
    const pieces: Buffer[] = [];
    let failure: unknown;
    try {
      for await (const piece of archive) pieces.push(piece);
    } catch (error) {
      failure = error;
    }
    const written = Buffer.concat(pieces);
    assert.ok(!written.includes('manifest.json'));
    assert.ok(written.length <= 512 + size);
    assert.ok(archive.destroyed);
    return failure as Error & { code?: string };
  }

  test('a layer that fails', async () => {
    const failure = new Error('no such chunk');
    const error = await failureOf(async function* () {
      yield Buffer.alloc(1000);
      throw failure;
    });
    assert.equal(error, failure);
  });

  test('a layer with fewer or more bytes than its size', async () => {
    const short = await failureOf(() => Readable.from([Buffer.alloc(size - 1)]));
    assert.equal(short.code, 'CORRUPT');
    assert.match(short.message, /delivers fewer than/);
    const long = await failureOf(() => Readable.from([Buffer.alloc(size), Buffer.alloc(1)]));
    assert.equal(long.code, 'CORRUPT');
    assert.match(long.message, /delivers more than/);
  });

  test('an abort', async () => {
    const controller = new AbortController();
    const error = await failureOf(async function* () {
      controller.abort();
      yield Buffer.alloc(1000);
    }, controller.signal);
    assert.equal(error.code, 'INTERRUPTED');
  });
});

test('layers are opened one at a time, when their turn comes, and closed with the stream', async () => {
  let open = 0;
  let most = 0;
  const size = 3_000_000;
  const layers = [1, 2, 3].map((seed) => ({
    digest: digestOf(Buffer.from([seed])),
    size: 512 * Math.ceil(size / 512) + 512 + 1024,
    async *bytes() {
      most = Math.max(most, ++open);
      try {
        yield* bigLayer(size, seed)();
      } finally {
        open--;
      }
    },
  }));
  const archive = writeArchive({ ...writable, layers });
  assert.equal(most, 0);
  await bytesOf(archive);
  assert.equal(most, 1);

  const ended = writeArchive({ ...writable, layers });
  await once(ended, 'readable');
  assert.equal(open, 1);
  ended.destroy();
  await once(ended, 'close');
  assert.equal(open, 0);
});
