import assert from 'node:assert/strict';
import { copyFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { after, beforeEach, suite, test } from 'node:test';
import { type Digest, digestOf, hexOf } from '../../../shared/digest.ts';
import { ask } from '../../support/ask.ts';
import { buildImage } from '../../support/image/build.ts';
import { randomBytes } from '../../support/image/random.ts';
import { startTestS3 } from '../../support/s3.ts';
import { startServe } from '../../support/serve.ts';
import { tempFolder } from '../../support/temp.ts';
import { pushImage, sampleImage } from './images.ts';

suite('a registry over a store that fails', async () => {
  const s3 = await startTestS3({ after });
  const url = 's3://images/store';
  Object.assign(process.env, s3.env);
  const image = await sampleImage();
  await pushImage(url, 'api:1', image);
  const registry = await startServe({ after }, url, { env: s3.env });
  const get = (path: string, method = 'GET') => ask(registry.url, path, { method });
  const layer = `/v2/api/blobs/${image.diffIds[0]}`;
  const size = image.layers[0]?.size ?? 0;
  beforeEach(() => s3.faults.set([]));

  const denied = { type: 'error' as const, code: 'AccessDenied' };
  const failures = {
    'access denied': { action: denied, status: 502, code: 'ACCESS_DENIED' },
    'S3 out of order': {
      action: { type: 'error' as const, code: 'InternalError' },
      status: 503,
      code: 'UNAVAILABLE',
    },
  };
  for (const [what, { action, status, code }] of Object.entries(failures)) {
    test(`${what}: ${status}, with what it is and what to do`, async () => {
      s3.faults.add({ match: { key: /tags\// }, action });
      const { status: found, json } = await get('/v2/api/manifests/1');
      assert.equal(found, status);
      const [error] = json().errors;
      assert.equal(error.code, code);
      assert.match(error.message, /^Could not read/);
      assert.equal(error.detail.side, 'store');
      assert.ok(error.detail.hint);
      await registry.said(error.message);
    });
  }

  test('it is tried again, so that a passing failure is none', async () => {
    s3.faults.add({ match: { times: 2 }, action: { type: 'error', code: 'SlowDown' } });
    assert.equal((await get('/v2/api/manifests/1')).status, 200);
  });

  test('a listing that fails is no short list', async () => {
    s3.faults.add({ match: { operation: 'ListObjectsV2' }, action: denied });
    assert.equal((await get('/v2/api/tags/list')).status, 502);
    assert.equal((await get('/v2/_catalog')).status, 502);
  });

  test('a layer that cannot be begun is answered with an error', async () => {
    s3.faults.add({ match: { key: /chunks\// }, action: denied });
    const { status, json } = await get(layer);
    assert.equal(status, 502);
    assert.equal(json().errors[0].code, 'ACCESS_DENIED');
    assert.equal((await get(layer, 'HEAD')).status, 200);
  });

  test('a layer that breaks off in the middle is short', async () => {
    s3.faults.add({ match: { key: /chunks\//, nth: 4, times: 1000 }, action: denied });
    const found = await get(layer);
    assert.equal(found.status, 200);
    assert.equal(found.complete, false);
    assert.ok(found.body.length > 0 && found.body.length < size, `${found.body.length}`);
    await registry.said(/broken off: Could not read .*access denied/);
  });

  test('a corrupt chunk never leaves', async () => {
    const hurt = { type: 'flip-bit' as const, offset: 20 };
    s3.faults.add({ match: { key: /chunks\//, nth: 4, times: 1000 }, action: hurt });
    const found = await get(layer);
    assert.equal(found.complete, false);
    await registry.said(/broken off: The chunk .* is corrupt/);
  });

  test('after all that it serves as before', async () => {
    const found = await get(layer);
    assert.ok(found.complete);
    assert.equal(digestOf(found.body), image.diffIds[0]);
  });
});

suite('a registry over a store that is wrong', async () => {
  const store = join(await tempFolder({ after }), 'store');
  const image = await buildImage({
    layers: [1, 2].map((seed) => [{ name: 'file', content: randomBytes(700_000, seed) }]),
  });
  const [first, second] = image.diffIds as [Digest, Digest];
  await pushImage(store, 'api:1', image);
  const registry = await startServe({ after }, store);

  test('the last byte of a layer is held back until all are verified', async () => {
    const path = (digest: Digest) => join(store, 'layers', hexOf(digest));
    await copyFile(path(first), path(second));
    const found = await ask(registry.url, `/v2/api/blobs/${second}`);
    assert.equal(found.status, 200);
    assert.equal(found.complete, false);
    assert.ok(found.body.length < (image.layers[1]?.size ?? 0));
    await registry.said(/gives another layer/);
  });

  test('a tag without its manifest: 502 CORRUPT, and not as if there were no such tag', async () => {
    const empty = join(await tempFolder({ after }), 'store');
    await pushImage(empty, 'api:1', image);
    await rm(join(empty, 'blobs', hexOf(digestOf(image.manifest))));
    const other = await startServe({ after }, empty);
    const { status, json } = await ask(other.url, '/v2/api/manifests/1');
    assert.equal(status, 502);
    assert.equal(json().errors[0].code, 'CORRUPT');
  });
});
