import assert from 'node:assert/strict';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, suite, test } from 'node:test';
import { digestOf } from '../../shared/digest.ts';
import { archiveOf, writeFolder } from '../support/image/archive.ts';
import { buildImage } from '../support/image/build.ts';
import { bytesOf } from '../support/image/bytes.ts';
import { type LayoutName, layouts, writeLayout } from '../support/image/layouts.ts';
import { randomBytes } from '../support/image/random.ts';
import { run } from '../support/program.ts';
import { readTar } from '../support/read-tar.ts';
import { startTestS3 } from '../support/s3.ts';
import { tempFolder } from '../support/temp.ts';

suite('one image in every layout, through S3', async () => {
  const s3 = await startTestS3({ after });
  const env = { ...s3.env, WHERRY_STORE: 's3://images/layouts' };
  const incompressible = [{ name: 'data/random', content: randomBytes(3_000_000, 7) }];
  const small = [{ name: 'etc/motd', content: 'hello' }];
  const image = await buildImage({ layers: [incompressible, small, [], small] });

  const pushed = async (name: string, args: string[], stdin?: Buffer) => {
    const result = await run('wherry', ['push', name, '--json', ...args], { env, stdin });
    assert.equal(result.code, 0, result.stderr);
    return result.json();
  };
  const check = (result: { digest: string; imageId: string }) => {
    assert.equal(result.digest, digestOf(image.manifest));
    assert.equal(result.imageId, image.id);
  };

  for (const layout of Object.keys(layouts) as LayoutName[]) {
    test(`${layout}, from stdin: the same digest, the same image ID`, async () => {
      const archive = await bytesOf(await writeLayout({ image, references: ['app:1'] }, layout));
      check(await pushed(`app:${layout}`, ['--input', '-'], archive));
    });
  }

  for (const codec of ['gzip', 'zstd'] as const) {
    test(`an archive that is compressed as a whole with ${codec}, from a file`, async (t) => {
      const folder = await tempFolder(t);
      const members = await layouts.oci([{ image, references: ['app:1'] }]);
      const path = join(folder, 'archive');
      await writeFile(path, archiveOf(members, codec));
      check(await pushed(`app:${codec}`, ['--input', path]));
    });
  }

  test('an OCI layout folder', async (t) => {
    const folder = await tempFolder(t);
    await writeFolder(await layouts['oci-archive']([{ image, references: ['app:1'] }]), folder);
    check(await pushed('app:folder', ['--input', folder]));
  });

  test('pulls back with every layer and the config bit for bit', async () => {
    const pulled = await run('wherry', ['pull', 'app:legacy', '--output', '-'], { env });
    assert.equal(pulled.code, 0, pulled.stderr);
    const entries = await readTar(pulled.bytes);
    const at = (digest: string) => entries.get(`blobs/sha256/${digest.slice('sha256:'.length)}`);
    assert.ok(at(image.id)?.equals(image.config));
    for (const layer of image.layers) {
      assert.ok(at(layer.digest)?.equals(await bytesOf(layer.bytes())), layer.digest);
    }
    const [entry] = JSON.parse(entries.get('manifest.json')?.toString() ?? '[]');
    assert.deepEqual(entry.RepoTags, ['app:legacy']);
  });

  test('what is pulled can be pushed, and is the same image', async () => {
    const pulled = await run('wherry-agent', ['pull', 'app:nix', '--output', '-'], { env });
    check(await pushed('app:again', ['--input', '-'], pulled.bytes));
  });

  test('a pull into a file leaves the file alone, and nothing else', async (t) => {
    const folder = await tempFolder(t);
    const path = join(folder, 'app.tar');
    const pulled = await run('wherry', ['pull', 'app:nix', '--output', path, '--json'], { env });
    assert.equal(pulled.code, 0, pulled.stderr);
    assert.deepEqual(pulled.json().layers, { total: 4, loaded: 4 });
    assert.deepEqual(await readdir(folder), ['app.tar']);
    check(await pushed('app:file', ['--input', path]));
  });

  test('the store is the same whatever the bucket is', async (t) => {
    const folder = await tempFolder(t);
    const archive = await bytesOf(await writeLayout({ image, references: ['app:1'] }, 'skopeo'));
    const local = { WHERRY_STORE: folder };
    const result = await run('wherry', ['push', 'app:1', '--input', '-', '--json'], {
      env: local,
      stdin: archive,
    });
    assert.equal(result.code, 0, result.stderr);
    check(result.json());
    const pulled = await run('wherry', ['pull', 'app:1', '--output', '-'], { env: local });
    const entries = await readTar(pulled.bytes);
    assert.ok(entries.get(`blobs/sha256/${image.id.slice(7)}`)?.equals(image.config));
  });
});
