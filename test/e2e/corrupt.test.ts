import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { cp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, suite, test } from 'node:test';
import { digestOf, hexOf } from '../../shared/digest.ts';
import { buildImage } from '../support/image/build.ts';
import { bytesOf } from '../support/image/bytes.ts';
import { writeLayout } from '../support/image/layouts.ts';
import { randomBytes } from '../support/image/random.ts';
import { run } from '../support/program.ts';
import { startTestS3 } from '../support/s3.ts';
import { tempFolder } from '../support/temp.ts';

suite('what is corrupt in a store is never delivered', async () => {
  const folder = await tempFolder({ after });
  const intact = join(folder, 'intact');
  const image = await buildImage({
    layers: [
      [{ name: 'random', content: randomBytes(3_000_000, 3) }],
      [{ name: 'b', content: 'b' }],
    ],
  });
  const archive = await bytesOf(await writeLayout({ image, references: ['api:1'] }, 'oci'));
  const push = (store: string, ...args: string[]) =>
    run('wherry', ['push', 'api:1', '--input', '-', '--store', store, ...args], { stdin: archive });
  const pull = (store: string) => {
    const output = join(store, '..', 'pulled.tar');
    return run('wherry', ['pull', 'api:1', '--output', output, '--store', store]);
  };
  assert.equal((await push(intact)).code, 0);

  const objects: Record<string, string> = {
    'a chunk':
      (await readdir(join(intact, 'chunks'), { recursive: true })).find((name) =>
        name.includes('/'),
      ) ?? '',
    'a recipe': hexOf(image.diffIds[0] ?? digestOf(Buffer.alloc(0))),
    'the config': hexOf(image.id),
    'the manifest': hexOf(digestOf(image.manifest)),
  };
  const folders: Record<string, string> = {
    'a chunk': 'chunks',
    'a recipe': 'layers',
    'the config': 'blobs',
    'the manifest': 'blobs',
  };
  const damages: Record<string, (bytes: Buffer) => Buffer | undefined> = {
    'with a bit flipped in the middle': (bytes) => {
      const copy = Buffer.from(bytes);
      const middle = copy.length >> 1;
      copy[middle] = (copy[middle] ?? 0) ^ 4;
      return copy;
    },
    'with its first byte wrong': (bytes) => Buffer.concat([Buffer.from([0]), bytes.subarray(1)]),
    'cut short': (bytes) => bytes.subarray(0, bytes.length >> 1),
    emptied: () => Buffer.alloc(0),
    missing: () => undefined,
  };

  let count = 0;
  for (const [what, name] of Object.entries(objects)) {
    for (const [how, damage] of Object.entries(damages)) {
      test(`${what} ${how}: exit code 4, nothing written, and --repair mends it`, async () => {
        const store = join(folder, `case-${count++}`, 'store');
        await cp(intact, store, { recursive: true });
        const path = join(store, folders[what] ?? '', name);
        const damaged = damage(await readFile(path));
        if (damaged) await writeFile(path, damaged);
        else await rm(path);
        const result = await pull(store);
        assert.equal(result.code, 4, result.stderr);
        assert.match(result.stderr, /^error \(store\): .*(?:corrupt|missing|gives another layer)/m);
        assert.ok(!existsSync(join(store, '..', 'pulled.tar')));
        assert.deepEqual(await readdir(join(store, '..')), ['store']);

        const repaired = await push(store, '--repair');
        assert.equal(repaired.code, 0, repaired.stderr);
        const again = await pull(store);
        assert.equal(again.code, 0, again.stderr);
      });
    }
  }

  test('a chunk that is a frame of other bytes is corrupt, and one that never ends too', async () => {
    const { zstdCompressSync } = await import('node:zlib');
    for (const bytes of [randomBytes(3_000_000, 4), Buffer.alloc(2 ** 30)]) {
      const store = join(folder, `frame-${count++}`, 'store');
      await cp(intact, store, { recursive: true });
      await writeFile(join(store, 'chunks', objects['a chunk'] ?? ''), zstdCompressSync(bytes));
      const result = await pull(store);
      assert.equal(result.code, 4, result.stderr);
    }
  });

  test('a chunk that was hurt on its way is fetched once more, and then right', async (t) => {
    const s3 = await startTestS3(t);
    const env = { ...s3.env, WHERRY_STORE: 's3://images/hurt' };
    assert.equal(
      (await run('wherry', ['push', 'api:1', '--input', '-'], { env, stdin: archive })).code,
      0,
    );
    const hurt = {
      match: { operation: 'GetObject', key: /chunks/, times: 1 },
      action: { type: 'flip-bit' as const, offset: 20 },
    };
    s3.faults.add(hurt);
    s3.requests.reset();
    const args = ['pull', 'api:1', '--output', '-'];
    assert.equal((await run('wherry', args, { env })).code, 0);
    const fetched = s3.requests
      .select({ operation: 'GetObject' })
      .filter(({ key }) => key.includes('/chunks/'));
    assert.equal(fetched.length, new Set(fetched.map(({ key }) => key)).size + 1);

    s3.faults.set([{ ...hurt, match: { operation: 'GetObject', key: /chunks/ } }]);
    const result = await run('wherry', args, { env });
    assert.equal(result.code, 4, result.stderr);
  });

  test('a tag that is corrupt is not pushed over, unless to repair it', async () => {
    const store = join(folder, 'tag');
    await cp(intact, store, { recursive: true });
    await writeFile(join(store, 'tags/api:1'), '{"wherry":1,');
    for (const ended of [await pull(store), await push(store)]) {
      assert.equal(ended.code, 4, ended.stderr);
      assert.match(
        ended.stderr,
        /The tag api:1 is corrupt: .*\n {2}Push to it again with --repair/,
      );
    }
    assert.equal((await push(store, '--repair')).code, 0);
    assert.equal((await pull(store)).code, 0);
    assert.deepEqual(await readdir(join(store, 'history/api:1')), ['0000000001']);
    const pointer = await readFile(join(store, 'tags/api:1'));
    assert.ok(pointer.equals(await readFile(join(intact, 'tags/api:1'))));
  });
});
