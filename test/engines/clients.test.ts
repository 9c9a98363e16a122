import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { digestOf, hexOf } from '../../shared/digest.ts';
import { openDockerEngine } from '../../shared/engine/docker.ts';
import { buildImage } from '../support/image/build.ts';
import { bytesOf } from '../support/image/bytes.ts';
import { writeLayout } from '../support/image/layouts.ts';
import { randomBytes } from '../support/image/random.ts';
import { startServe } from '../support/serve.ts';
import { pushArchive } from '../support/store.ts';
import { type Cleanup, tempFolder } from '../support/temp.ts';
import { runInRoot } from './in-root.ts';
import { debianRoot } from './roots.ts';
import { pullByEngine } from './serve.ts';
import { startDockerEngine } from './throwaway.ts';

const skip = process.env.WHERRY_TEST_ENGINES
  ? false
  : 'LEFT OUT: skopeo, crane and containerd; npm run test:engines has them';

describe('a client of wherry-agent serve', { skip }, () => {
  test('skopeo copies the very image', async (t) => {
    const { address, folder, root, image } = await prepare(t);
    const source = `--src-tls-verify=false docker://${address}/app:1`;
    await runInRoot(root, folder, `skopeo --insecure-policy copy ${source} dir:data/copy`);
    await checkBlobs(join(folder, 'data/copy'), image.diffIds.concat(image.id));
    assert.deepEqual(await readFile(join(folder, 'data/copy/manifest.json')), image.manifest);
  });

  test('skopeo lists the tags', async (t) => {
    const { address, folder, root } = await prepare(t);
    const script = `skopeo list-tags --tls-verify=false docker://${address}/app`;
    assert.deepEqual(JSON.parse(await runInRoot(root, folder, script)).Tags, ['1']);
  });

  test('crane pulls the very image, and exports its files', async (t) => {
    const { address, folder, root, image } = await prepare(t);
    const script = `
      crane digest ${address}/app:1
      crane catalog ${address}
      crane pull --format oci ${address}/app:1 data/pulled
      crane export ${address}/app:1 - | tar --list`;
    const said = await runInRoot(root, folder, script);
    assert.equal(said, `${digestOf(image.manifest)}\napp\nghcr.io/team/app\nunique\nfile\n`);
    const digests = [...image.diffIds, image.id, digestOf(image.manifest)];
    await checkBlobs(join(folder, 'data/pulled/blobs/sha256'), digests);
  });

  test("containerd's ctr pulls and unpacks the very image", async (t) => {
    const { address, folder, root, image } = await prepare(t);
    const script = `${startContainerd}
      ctr images pull --plain-http ${address}/app:1 >&2
      ctr images list name==${address}/app:1
      ctr content list --quiet
      ctr snapshots list`;
    const said = await runInRoot(root, folder, script);
    assert.match(said, new RegExp(`app:1 .*${digestOf(image.manifest)}`));
    for (const digest of [...image.diffIds, image.id]) assert.ok(said.includes(digest), said);
    assert.match(said, /Committed/);
  });

  test('containerd takes it for a mirror of other registries', async (t) => {
    const { url, folder, root, image } = await prepare(t);
    const script = `${startContainerd}
      for registry in docker.io ghcr.io; do
        mkdir -p hosts/$registry
        printf '[host."${url}"]\\n  capabilities = ["pull", "resolve"]\\n' >hosts/$registry/hosts.toml
      done
      for name in docker.io/library/app:1 ghcr.io/team/app:1; do
        ctr images pull --hosts-dir $PWD/hosts $name >&2
        ctr images list name==$name
      done`;
    const said = await runInRoot(root, folder, script);
    for (const name of ['docker.io/library', 'ghcr.io/team']) {
      assert.match(said, new RegExp(`${name}/app:1 .*${digestOf(image.manifest)}`));
    }
  });

  test('docker takes it for a mirror of Docker Hub', async (t) => {
    const { url, image } = await prepare(t);
    const args = ['--registry-mirror', url];
    const sid = await debianRoot('sid');
    await using engine = await startDockerEngine({ name: 'mirrored', root: sid, args });
    await pullByEngine(engine.host, false, 'app:1');
    const docker = await openDockerEngine({ env: {}, host: engine.host });
    assert.equal((await docker.inspect('app:1'))?.id, image.id);
  });
});

const startContainerd = `
      containerd --root $PWD/data/containerd --state $PWD/exec/state \\
        --address $PWD/exec/containerd.sock >containerd.log 2>&1 &
      ctr() { command ctr --address $PWD/exec/containerd.sock --connect-timeout 20s "$@"; }
      until [ -S exec/containerd.sock ]; do sleep 0.1; done`;

async function prepare(t: Cleanup) {
  const root = await debianRoot('clients');
  const folder = await tempFolder(t, 'client');
  const image = await buildImage({
    layers: [
      [{ name: 'file', content: randomBytes(3_000_000, 1) }],
      [{ name: 'unique', content: folder }],
    ],
  });
  const archive = await bytesOf(await writeLayout({ image, references: ['app:1'] }, 'oci'));
  const store = join(await tempFolder(t), 'store');
  for (const name of ['app:1', 'ghcr.io/team/app:1']) await pushArchive(store, name, archive);
  return { root, folder, image, ...(await startServe(t, store)) };
}

/** Every blob is there under its digest, with the bytes that the digest is of. */
async function checkBlobs(folder: string, digests: Parameters<typeof hexOf>[0][]): Promise<void> {
  const names = await readdir(folder);
  for (const digest of digests) {
    assert.ok(names.includes(hexOf(digest)), `${digest} of ${names}`);
    assert.equal(digestOf(await readFile(join(folder, hexOf(digest)))), digest);
  }
}
