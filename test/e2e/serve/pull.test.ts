import assert from 'node:assert/strict';
import { after, suite, test } from 'node:test';
import { digestOf } from '../../../shared/digest.ts';
import { mediaType } from '../../../shared/image/manifest.ts';
import { type AskOptions, ask } from '../../support/ask.ts';
import type { Blob } from '../../support/image/build.ts';
import { bytesOf } from '../../support/image/bytes.ts';
import { startTestS3 } from '../../support/s3.ts';
import { startServe } from '../../support/serve.ts';
import { largeSize, pushImage, putIndex, sampleImage } from './images.ts';

/** What the OCI distribution specification (1.1, spec.md) asks of the workflow category "Pull". */
suite('a registry: pull', async () => {
  const s3 = await startTestS3({ after });
  const url = 's3://images/store';
  Object.assign(process.env, s3.env);
  const [image, other] = [await sampleImage(), await sampleImage('linux/arm64')];
  await pushImage(url, 'api:production', image);
  await pushImage(url, 'ghcr.io/team/api:1', other);
  const index = await putIndex(url, 'api:all', [image, other]);
  const registry = await startServe({ after }, url, { env: s3.env });
  const get = (path: string, options?: AskOptions) => ask(registry.url, path, options);
  const head = (path: string) => get(path, { method: 'HEAD' });

  const digest = digestOf(image.manifest);
  const [large, small] = image.layers.map((layer) => layer.digest);
  const largeLayer = await bytesOf((image.layers[0] as Blob).bytes());
  const absent = digestOf(Buffer.from('absent'));

  async function refused(path: string, status: number, code: string, options?: AskOptions) {
    const found = await get(path, options);
    assert.equal(found.status, status, path);
    assert.equal(found.headers['content-type'], 'application/json');
    const { errors } = found.json();
    assert.equal(errors.length, 1);
    assert.equal(errors[0].code, code);
    assert.match(errors[0].message, /\.$/);
    if (options?.method) return;
    const headed = await head(path);
    assert.equal(headed.status, status);
    assert.equal(headed.body.length, 0);
  }

  for (const path of ['/v2/', '/v2']) {
    test(`${path} tells that the API is here`, async () => {
      const found = await get(path);
      assert.equal(found.status, 200);
      assert.equal(found.headers['docker-distribution-api-version'], 'registry/2.0');
      assert.equal((await head(path)).status, 200);
    });
  }

  for (const [by, reference] of [
    ['tag', 'production'],
    ['digest', digest],
  ]) {
    test(`a manifest by ${by}: its bytes, media type, length and digest`, async () => {
      const found = await get(`/v2/api/manifests/${reference}`);
      assert.equal(found.status, 200);
      assert.deepEqual(found.body, image.manifest);
      assert.equal(found.headers['content-type'], mediaType.manifest);
      assert.equal(found.headers['content-length'], String(image.manifest.length));
      assert.equal(found.headers['docker-content-digest'], digest);
      assert.equal(found.headers.etag, `"${digest}"`);
    });

    test(`HEAD of a manifest by ${by}: the same without the bytes`, async () => {
      const [got, headed] = [
        await get(`/v2/api/manifests/${reference}`),
        await head(`/v2/api/manifests/${reference}`),
      ];
      assert.equal(headed.status, 200);
      assert.equal(headed.body.length, 0);
      assert.deepEqual({ ...headed.headers, date: '' }, { ...got.headers, date: '' });
    });

    test(`a manifest by ${by} that the client has is not sent again`, async () => {
      const path = `/v2/api/manifests/${reference}`;
      for (const held of [`"${digest}"`, `W/"${digest}"`, `"x", "${digest}"`, '*']) {
        const found = await get(path, { headers: { 'if-none-match': held } });
        assert.equal(found.status, 304, held);
        assert.equal(found.body.length, 0);
        assert.equal(found.headers.etag, `"${digest}"`);
      }
      const changed = await get(path, { headers: { 'if-none-match': `"${absent}"` } });
      assert.equal(changed.status, 200);
    });
  }

  test('an index by tag has the media type of the record, by digest its own', async () => {
    for (const reference of ['all', digestOf(index)]) {
      const found = await get(`/v2/api/manifests/${reference}`);
      assert.equal(found.headers['content-type'], mediaType.index);
      assert.deepEqual(found.body, index);
    }
    const manifest = await get(`/v2/api/manifests/${digestOf(other.manifest)}`);
    assert.deepEqual(manifest.body, other.manifest);
  });

  test('a manifest that is not there: 404 MANIFEST_UNKNOWN', async () => {
    for (const reference of ['absent', '.INVALID_MANIFEST_NAME', 'x'.repeat(129), absent]) {
      await refused(`/v2/api/manifests/${reference}`, 404, 'MANIFEST_UNKNOWN');
    }
    await refused('/v2/absent/manifests/production', 404, 'MANIFEST_UNKNOWN');
  });

  test('what is no manifest is none by its digest either', async () => {
    for (const reference of [image.id, large]) {
      await refused(`/v2/api/manifests/${reference}`, 404, 'MANIFEST_UNKNOWN');
    }
  });

  test('a tag that moves is seen at once, for one request to the store', async () => {
    await pushImage(url, 'moving:1', image);
    assert.deepEqual((await get('/v2/moving/manifests/1')).body, image.manifest);
    s3.requests.reset();
    assert.deepEqual((await get('/v2/moving/manifests/1')).body, image.manifest);
    assert.equal(s3.requests.count(), 1);
    await pushImage(url, 'moving:1', other);
    assert.deepEqual((await get('/v2/moving/manifests/1')).body, other.manifest);
  });

  test('the config and every layer: their bytes, length and digest', async () => {
    for (const blob of [image.id, ...image.diffIds]) {
      const found = await get(`/v2/api/blobs/${blob}`);
      assert.equal(found.status, 200);
      assert.ok(found.complete);
      assert.equal(digestOf(found.body), blob);
      assert.equal(found.headers['content-length'], String(found.body.length));
      assert.equal(found.headers['docker-content-digest'], blob);
      assert.equal(found.headers['content-type'], 'application/octet-stream');
      assert.equal(found.headers['accept-ranges'], 'bytes');
    }
  });

  test('HEAD of a blob: the same without the bytes, and without reading a chunk', async () => {
    s3.requests.reset();
    const headed = await head(`/v2/api/blobs/${large}`);
    assert.equal(headed.status, 200);
    assert.equal(headed.headers['content-length'], String(largeLayer.length));
    assert.equal(headed.headers['docker-content-digest'], large);
    assert.equal(headed.body.length, 0);
    assert.equal(
      s3.requests.count(({ key }) => key.includes('/chunks/')),
      0,
    );
    const config = await head(`/v2/api/blobs/${image.id}`);
    assert.equal(config.headers['content-length'], String(image.config.length));
  });

  test('a blob that is not there: 404 BLOB_UNKNOWN', async () => {
    await refused(`/v2/api/blobs/${absent}`, 404, 'BLOB_UNKNOWN');
  });

  test('a blob that the client has is not sent again', async () => {
    const headers = { 'if-none-match': `"${large}"` };
    assert.equal((await get(`/v2/api/blobs/${large}`, { headers })).status, 304);
  });

  const end = largeLayer.length;
  const ranges: [string, number, number][] = [
    ['bytes=0-0', 0, 1],
    ['bytes=0-511', 0, 512],
    ['bytes=511-512', 511, 513],
    ['bytes=15000000-15000099', 15_000_000, 15_000_100],
    [`bytes=${largeSize}-`, largeSize, end],
    ['bytes=-1', end - 1, end],
    ['bytes=-99999999', 0, end],
    [`bytes=10-${end + 10}`, 10, end],
  ];
  for (const [range, from, to] of ranges) {
    test(`a range of a layer: ${range}`, async () => {
      const found = await get(`/v2/api/blobs/${large}`, { headers: { range } });
      assert.equal(found.status, 206);
      assert.equal(found.headers['content-range'], `bytes ${from}-${to - 1}/${end}`);
      assert.equal(found.headers['content-length'], String(to - from));
      assert.ok(found.body.equals(largeLayer.subarray(from, to)));
    });
  }

  test('a range of a config, and of a layer of one chunk', async () => {
    const headers = { range: 'bytes=3-9' };
    const config = await get(`/v2/api/blobs/${image.id}`, { headers });
    assert.equal(config.status, 206);
    assert.deepEqual(config.body, image.config.subarray(3, 10));
    const layer = await get(`/v2/api/blobs/${small}`, { headers });
    assert.equal(layer.body.toString(), 'll\0\0\0\0\0');
  });

  test('a range fetches the chunks that it touches, and those of the headers', async () => {
    s3.requests.reset();
    await get(`/v2/api/blobs/${large}`, { headers: { range: 'bytes=15000000-15000099' } });
    const chunks = s3.requests.count(({ key }) => key.includes('/chunks/'));
    assert.ok(chunks >= 2 && chunks <= 3, `${chunks} chunks`);
  });

  test('a range that is not there: 416, with the size', async () => {
    for (const range of [`bytes=${end}-`, 'bytes=99999999-', 'bytes=-0']) {
      const found = await get(`/v2/api/blobs/${large}`, { headers: { range } });
      assert.equal(found.status, 416, range);
      assert.equal(found.headers['content-range'], `bytes */${end}`);
      assert.equal(found.json().errors[0].code, 'RANGE_INVALID');
    }
  });

  test('all is sent for several ranges, a malformed one, and one of another version', async () => {
    const config = `/v2/api/blobs/${image.id}`;
    for (const range of ['bytes=0-1,3-4', 'bytes=5-3', 'lines=1-2', 'bytes=-', 'bytes=a-b']) {
      const found = await get(config, { headers: { range } });
      assert.equal(found.status, 200, range);
      assert.deepEqual(found.body, image.config);
    }
    const ifRange = (etag: string) =>
      get(config, { headers: { range: 'bytes=0-1', 'if-range': etag } });
    assert.equal((await ifRange(`"${absent}"`)).status, 200);
    assert.equal((await ifRange(`"${image.id}"`)).status, 206);
  });

  test('a digest that is none: 400 DIGEST_INVALID; one of another algorithm: 404', async () => {
    for (const wrong of ['sha256:totallywrong', `${absent}0`, 'sha256:', absent.toUpperCase()]) {
      await refused(`/v2/api/manifests/${wrong}`, 400, 'DIGEST_INVALID');
      await refused(`/v2/api/blobs/${wrong}`, 400, 'DIGEST_INVALID');
    }
    await refused('/v2/api/blobs/absent', 400, 'DIGEST_INVALID');
    const sha512 = `sha512:${'0'.repeat(128)}`;
    await refused(`/v2/api/manifests/${sha512}`, 404, 'MANIFEST_UNKNOWN');
    await refused(`/v2/api/blobs/${sha512}`, 404, 'BLOB_UNKNOWN');
  });

  test('a name that is none: 400 NAME_INVALID', async () => {
    for (const wrong of ['API', 'a//b', '-api', 'a%20b', 'a%', 'x'.repeat(256), 'api:5000/x']) {
      await refused(`/v2/${wrong}/manifests/1`, 400, 'NAME_INVALID');
      await refused(`/v2/${wrong}/tags/list`, 400, 'NAME_INVALID');
    }
    await refused('/v2/api/manifests/1?ns=not%20a%20host', 400, 'NAME_INVALID');
  });

  test('a repository goes by the names that docker knows it by', async () => {
    const names = [
      ['api', 'production', image],
      ['library/api', 'production', image],
      ['docker.io/library/api', 'production', image],
      ['ghcr.io/team/api', '1', other],
    ] as const;
    for (const [name, tag, { manifest }] of names) {
      assert.deepEqual((await get(`/v2/${name}/manifests/${tag}`)).body, manifest, name);
    }
    await refused('/v2/team/api/manifests/1', 404, 'MANIFEST_UNKNOWN');
  });

  test('a mirror is told which registry is meant', async () => {
    const hub = await get('/v2/library/api/manifests/production?ns=docker.io');
    assert.deepEqual(hub.body, image.manifest);
    const ghcr = await get('/v2/team/api/manifests/1?ns=ghcr.io');
    assert.deepEqual(ghcr.body, other.manifest);
    await refused('/v2/api/manifests/production?ns=ghcr.io', 404, 'MANIFEST_UNKNOWN');
  });

  test('percent-encoding in a path is as good', async () => {
    const path = `/v2/api/manifests/${encodeURIComponent(digest)}`;
    assert.deepEqual((await get(path)).body, image.manifest);
  });

  test('another path: 404', async () => {
    for (const path of ['/', '/v1/', '/v2/api', '/v2/api/manifests/', '/v2/manifests/1', '//v2/']) {
      await refused(path, 404, 'UNSUPPORTED');
    }
  });

  test('nothing can be written: 405 UNSUPPORTED', async () => {
    const writes = [
      ['PUT', '/v2/api/manifests/production'],
      ['DELETE', '/v2/api/manifests/production'],
      ['DELETE', `/v2/api/blobs/${large}`],
      ['POST', '/v2/api/blobs/uploads/'],
      ['POST', `/v2/api/blobs/uploads/?mount=${large}&from=api`],
      ['PATCH', '/v2/api/blobs/uploads/1'],
      ['PUT', `/v2/api/blobs/uploads/1?digest=${large}`],
    ];
    for (const [method = '', path = ''] of writes) {
      await refused(path, 405, 'UNSUPPORTED', { method, body: 'x'.repeat(100_000) });
      assert.equal((await get(path, { method })).headers.allow, 'GET, HEAD');
    }
    await refused('/v2/api/manifests/sha256:totallywrong', 400, 'DIGEST_INVALID', {
      method: 'PUT',
    });
    assert.equal((await get('/v2/api/manifests/production')).status, 200);
  });
});
