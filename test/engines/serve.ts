import assert from 'node:assert/strict';
import { request } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { digestOf } from '../../shared/digest.ts';
import type { Engine } from '../../shared/engine/engine.ts';
import { buildImage, type TestImage } from '../support/image/build.ts';
import { bytesOf } from '../support/image/bytes.ts';
import { writeLayout } from '../support/image/layouts.ts';
import { randomBytes } from '../support/image/random.ts';
import { startServe } from '../support/serve.ts';
import { pushArchive } from '../support/store.ts';
import { type Cleanup, tempFolder } from '../support/temp.ts';

/** What a plain `docker pull` from the registry on loopback must give, of every engine. */
export function serveContract(open: () => Engine, host: () => string): void {
  test('docker pull from wherry-agent serve brings the very image', async (t) => {
    const { one, address } = await prepare(t);
    await pull(`${address}/app:one`);
    await checkImage(one, `${address}/app:one`);
  });

  test('docker pull of the next release asks for its new layers alone', async (t) => {
    const { one, two, address, log, said } = await prepare(t);
    await pull(`${address}/app:one`);
    const before = log().length;
    await pull(`${address}/app:two`);
    await checkImage(two, `${address}/app:two`);
    await said(`/blobs/${two.diffIds.at(-1)}: 200`);
    const asked = log().slice(before);
    for (const diffId of one.diffIds) assert.ok(!asked.includes(diffId), asked);
  });

  async function pull(name: string): Promise<void> {
    const { imageStore } = await open().info();
    await pullByEngine(host(), imageStore === 'podman', name);
  }

  async function checkImage(image: TestImage, name: string): Promise<void> {
    const { imageStore } = await open().info();
    const found = await open().inspect(name);
    assert.deepEqual(found?.diffIds, image.diffIds);
    assert.equal(found.id, imageStore === 'containerd' ? digestOf(image.manifest) : image.id);
  }
}

/** A store with two images, the second one built on the first, and the registry over it. */
async function prepare(t: Cleanup) {
  const store = join(await tempFolder(t), 'store');
  const layer = (seed: number) => [{ name: `file-${seed}`, content: randomBytes(300_000, seed) }];
  // No engine of a run may have it already.
  const unique = [{ name: 'unique', content: store }];
  const one = await buildImage({ layers: [unique, layer(1)] });
  const two = await buildImage({ layers: [unique, layer(1), layer(2)] });
  for (const [tag, image] of Object.entries({ one, two })) {
    const archive = await bytesOf(await writeLayout({ image, references: ['app:1'] }, 'oci'));
    await pushArchive(store, `app:${tag}`, archive);
  }
  return { one, two, ...(await startServe(t, store)) };
}

/** As the commands do it: `docker pull`, and `podman pull --tls-verify=false`. @throws what the engine says */
export async function pullByEngine(host: string, isPodman: boolean, name: string): Promise<void> {
  const [repository = '', tag = ''] = name.split(/:(?=[^:]*$)/);
  const paths = {
    docker: `/v1.41/images/create?${new URLSearchParams({ fromImage: repository, tag })}`,
    podman: `/v5.0.0/libpod/images/pull?${new URLSearchParams({ reference: name, tlsVerify: 'false' })}`,
  };
  const path = isPodman ? paths.podman : paths.docker;
  const socketPath = host.replace('unix://', '');
  const said = await new Promise<string>((resolve, reject) => {
    const asked = request({ method: 'POST', socketPath, path }, (response) => {
      text(response).then(resolve, reject);
    });
    asked.on('error', reject).end();
  });
  assert.doesNotMatch(said, /"(?:error|message|cause)":/);
}
