import assert from 'node:assert/strict';
import { after, suite, test } from 'node:test';
import { keyPatterns } from '../../shared/store/keys.ts';
import { type RawRequest, send, sign } from '../s3/testing/raw.ts';
import {
  type Party,
  packageBucket,
  parties,
  startGuardedS3,
  tarballFolder,
} from '../support/guarded-s3.ts';

const once = { 'if-none-match': '*' };

/** What refuses a request, by the kind of policy that S3 names. */
const byIdentity = '403 identity-based';
const byBucket = '403 resource-based';
const byEndpoint = '403 endpoint';

suite('requests that policies refuse, whatever sends them', async () => {
  const s3 = await startGuardedS3({ after });
  const path = (key: string) => `/images/team/${key}`;
  const immutable = keyPatterns.immutable.map((pattern) => path(pattern.replace('*', 'one')));
  const tag = path('tags/api:1');
  const settings = path(keyPatterns.settings);

  type Asked = Partial<RawRequest> & { url?: string | undefined };
  const request = (who: Party, { url = s3.urlOf(who), path = '', ...raw }: Asked) =>
    send(url, sign(url, { path, credential: s3.credentials[who], ...raw }));
  /** The status, and the kind of policy that refused it. */
  async function ask(who: Party, asked: Asked): Promise<string> {
    const { status, body } = await request(who, asked);
    return [status, / (\S+) policy/.exec(body)?.[1]].filter(Boolean).join(' ');
  }
  const put = (who: Party, path: string, headers: Record<string, string> = {}, more: Asked = {}) =>
    ask(who, { method: 'PUT', path, body: 'x', headers, ...more });
  /** What each is answered. */
  async function each(work: (who: Party) => Promise<string>): Promise<Record<Party, string>> {
    const answers = parties.map(async (who) => [who, await work(who)] as const);
    return Object.fromEntries(await Promise.all(answers)) as Record<Party, string>;
  }
  for (const key of [...immutable, tag, settings]) {
    assert.equal(await put('administrator', key, once), '200', key);
  }

  test('what never changes is overwritten by administrators only', async () => {
    for (const key of immutable) {
      const refused = { owner: byBucket, ci: byBucket, instance: byBucket, stray: byBucket };
      assert.deepEqual(await each((who) => put(who, key)), { ...refused, administrator: '200' });
      const known = await request('ci', { path: key });
      const match = { 'if-match': `${known.headers.etag}` };
      assert.equal(await put('ci', key, match), byBucket, 'it is there, and yet not to be changed');
      assert.equal(await put('ci', key, once), '412');
    }
  });

  test('nor by a copy, nor in parts', async () => {
    const [key = ''] = immutable;
    const source = { 'x-amz-copy-source': tag };
    assert.equal(await put('ci', key, source, { body: '' }), byBucket);
    assert.equal(await put('ci', key, { ...source, ...once }, { body: '' }), '412');
    assert.equal(await put('ci', `${key}-new`, { ...source, ...once }, { body: '' }), '200');

    const started = await request('ci', { method: 'POST', path: key, query: { uploads: '' } });
    const uploadId = /<UploadId>([^<]+)/.exec(started.body)?.[1] ?? '';
    const query = { uploadId, partNumber: '1' };
    const part = await request('ci', { method: 'PUT', path: key, query, body: 'x' });
    const item = `<Part><PartNumber>1</PartNumber><ETag>${part.headers.etag}</ETag></Part>`;
    const body = `<CompleteMultipartUpload>${item}</CompleteMultipartUpload>`;
    const complete = { method: 'POST', path: key, query: { uploadId }, body };
    assert.equal(await ask('ci', complete), byBucket);
    assert.equal(await ask('ci', { ...complete, headers: once }), '412');
  });

  test('a tag moves only by compare-and-swap, whoever moves it', async () => {
    assert.deepEqual(await each((who) => put(who, tag)), {
      ...{ owner: byBucket, ci: byBucket, administrator: byBucket },
      ...{ instance: byBucket, stray: byBucket },
    });
    for (const who of ['owner', 'ci', 'administrator'] as const) {
      const { headers } = await request(who, { path: tag });
      assert.equal(await put(who, tag, { 'if-match': '"another"' }), '412');
      assert.equal(await put(who, tag, { 'if-match': `${headers.etag}` }), '200');
    }
    const { headers } = await request('instance', { path: tag });
    assert.equal(await put('instance', tag, { 'if-match': `${headers.etag}` }), byIdentity);
    assert.equal(await put('instance', path('tags/api:2'), once), byIdentity);
  });

  test('the settings are changed by administrators, and read by all', async () => {
    const refused = { owner: byBucket, ci: byBucket, instance: byBucket, stray: byBucket };
    for (const headers of [{}, once]) {
      const administrator = headers === once ? '412' : '200';
      const answers = await each((who) => put(who, settings, headers));
      assert.deepEqual(answers, { ...refused, administrator });
    }
    const answers = await each((who) => ask(who, { path: settings }));
    const read = { owner: '200', ci: '200', administrator: '200', instance: '200' };
    assert.deepEqual(answers, { ...read, stray: byBucket });
  });

  test('CI and instances delete nothing; administrators and the owner do', async () => {
    const doomed = [...immutable, tag, settings].map((key) => `${key}-doomed`);
    for (const [index, key] of doomed.entries()) {
      const by = index % 2 === 0 ? 'administrator' : 'owner';
      assert.equal(await put('administrator', key, once), '200');
      for (const who of ['ci', 'instance'] as const) {
        assert.equal(await ask(who, { method: 'DELETE', path: key }), byIdentity);
      }
      assert.equal(await ask('stray', { method: 'DELETE', path: key }), byBucket);
      assert.equal(await ask(by, { method: 'DELETE', path: key }), '204');
    }
  });

  test('an instance writes heartbeats, and nothing else; CI writes none', async () => {
    const heartbeat = path('fleet/api:1/web-1');
    assert.equal(await put('instance', heartbeat), '200');
    assert.equal(await put('ci', heartbeat), byIdentity);
    for (const key of immutable)
      assert.equal(await put('instance', `${key}-new`, once), byIdentity);
    for (const key of ['gc/pending.json', 'api.tar', 'anything']) {
      assert.equal(await put('instance', path(key)), byIdentity);
    }
  });

  test('CI writes nothing but images, executables and tarballs, and nothing beside the store', async () => {
    for (const key of ['api.tar', 'api.tar.zst', 'api.tar.zst.sha256', 'old/api.tgz']) {
      assert.equal(await put('ci', path(key)), '200');
    }
    for (const key of ['/images/api.tar', '/images/teams/api.tar', path('gc/pending.json')]) {
      assert.equal(await put('ci', key), byIdentity, key);
    }
    assert.equal(await put('ci', '/elsewhere/team/api.tar'), byIdentity);
    assert.equal(await ask('ci', { path: '/images', query: { prefix: '' } }), byIdentity);
    assert.equal(await ask('ci', { path: '/images', query: { prefix: 'team/' } }), '200');
  });

  test('an upload is ended by whoever writes tarballs, for parts cost until it is', async () => {
    const tarball = { path: path('api.tar') };
    for (const who of ['ci', 'administrator'] as const) {
      const { body } = await request(who, { ...tarball, method: 'POST', query: { uploads: '' } });
      const query = { uploadId: /<UploadId>([^<]+)/.exec(body)?.[1] ?? '' };
      const abort = { ...tarball, method: 'DELETE', query };
      assert.equal(await ask('instance', abort), byIdentity);
      assert.equal(await ask(who, abort), '204');
    }
  });

  test('tarballs in another place are read by instances, and known to be missing', async () => {
    const tarball = `/images/${tarballFolder}/api.tar`;
    assert.equal(await put('ci', tarball), '200');
    assert.equal(await ask('instance', { path: tarball }), '200');
    assert.equal(await ask('instance', { path: `${tarball}.sha256` }), '404');
    assert.equal(await put('instance', tarball), byIdentity);
  });

  test('nothing goes over plain HTTP, not even from the owner', async () => {
    const url = s3.urls.plain;
    for (const asked of [{ path: tag }, { path: '/images' }, { path: path('none') }]) {
      const answers = await each((who) => ask(who, { ...asked, url }));
      assert.deepEqual(new Set(Object.values(answers)), new Set([byBucket]));
    }
  });

  test('the credentials of an instance are worth nothing outside of its VPC', async () => {
    const asked = [
      { path: tag },
      { path: '/images', query: { prefix: 'team/tags/' } },
      { method: 'PUT', path: path('fleet/api:1/web-1'), body: 'x' },
    ];
    for (const each of asked) {
      assert.equal(await ask('instance', each), '200');
      assert.equal(await ask('stray', each), byBucket);
      assert.equal(await ask('owner', each), '200');
    }
    assert.equal(await ask('ci', { path: tag }), '200');
  });

  test('the endpoint leads to the store and to packages, whoever asks', async () => {
    const url = s3.urls.endpoint;
    await put('owner', '/elsewhere/a');
    await put('owner', `/${packageBucket}/core/a.rpm`);
    assert.equal(await ask('owner', { url, path: tag }), '200');
    assert.equal(await ask('owner', { url, path: `/${packageBucket}/core/a.rpm` }), '200');
    assert.equal(await ask('owner', { url, path: '/elsewhere/a' }), byEndpoint);
    for (const key of ['/elsewhere/b', `/${packageBucket}/b`, path('chunks/new')]) {
      assert.equal(await put('owner', key, once, { url }), byEndpoint, key);
    }
  });
});
