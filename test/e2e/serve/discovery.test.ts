import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, suite, test } from 'node:test';
import { digestOf } from '../../../shared/digest.ts';
import { mediaType } from '../../../shared/image/manifest.ts';
import { ask } from '../../support/ask.ts';
import { buildImage } from '../../support/image/build.ts';
import { run } from '../../support/program.ts';
import { startServe } from '../../support/serve.ts';
import { tempFolder } from '../../support/temp.ts';
import { pushImage } from './images.ts';

/** What the OCI distribution specification (1.1, spec.md) asks of "Content Discovery". */
suite('a registry: content discovery', async () => {
  const store = join(await tempFolder({ after }), 'store');
  const image = await buildImage({ layers: [[{ name: 'file', content: 'x' }]] });
  const tags = ['1', 'b', 'A', 'latest', 'B'];
  for (const tag of tags) await pushImage(store, `api:${tag}`, image);
  for (const name of ['api-x:1', 'team/api:1', 'ghcr.io/x/y:1', 'registry.example:5000/x:1']) {
    await pushImage(store, name, image);
  }
  const registry = await startServe({ after }, store);
  const get = (path: string) => ask(registry.url, path);

  /** All pages, from link to link. */
  async function pages(path: string, key: string): Promise<string[][]> {
    const found: string[][] = [];
    for (let next: string | undefined = path; next; ) {
      const { status, headers, json } = await get(next);
      assert.equal(status, 200);
      found.push(json()[key]);
      next = /^<([^>]+)>; rel="next"$/.exec(String(headers.link ?? ''))?.[1];
    }
    return found;
  }

  test("a repository's tags, in order without regard to case", async () => {
    const { status, headers, json } = await get('/v2/api/tags/list');
    assert.equal(status, 200);
    assert.equal(headers['content-type'], 'application/json');
    assert.deepEqual(json(), { name: 'api', tags: ['1', 'A', 'B', 'b', 'latest'] });
    assert.equal(headers.link, undefined);
  });

  test('the name is the one that was asked for', async () => {
    assert.equal((await get('/v2/library/api/tags/list')).json().name, 'library/api');
  });

  test('n tags a page, and a link to the next one while there is one', async () => {
    const found = await pages('/v2/api/tags/list?n=2', 'tags');
    assert.deepEqual(found, [['1', 'A'], ['B', 'b'], ['latest']]);
    assert.deepEqual(await pages('/v2/api/tags/list?n=5', 'tags'), [found.flat()]);
    assert.deepEqual(await pages('/v2/api/tags/list?n=100', 'tags'), [found.flat()]);
  });

  test('a link keeps the registry that a mirror is asked for', async () => {
    assert.deepEqual(await pages('/v2/library/api/tags/list?n=4&ns=docker.io', 'tags'), [
      ['1', 'A', 'B', 'b'],
      ['latest'],
    ]);
  });

  test('from after the last, which need not be there', async () => {
    const after = async (last: string) => (await get(`/v2/api/tags/list?last=${last}`)).json().tags;
    assert.deepEqual(await after('B'), ['b', 'latest']);
    assert.deepEqual(await after('aa'), ['B', 'b', 'latest']);
    assert.deepEqual(await after('latest'), []);
  });

  test('none for n=0, without a link; all for an n that is none', async () => {
    const { json, headers } = await get('/v2/api/tags/list?n=0');
    assert.deepEqual(json().tags, []);
    assert.equal(headers.link, undefined);
    assert.equal((await get('/v2/api/tags/list?n=-1')).json().tags.length, 5);
  });

  test('a repository without tags: 404 NAME_UNKNOWN', async () => {
    for (const name of ['absent', 'ap', 'x/y']) {
      const { status, json } = await get(`/v2/${name}/tags/list`);
      assert.equal(status, 404);
      assert.equal(json().errors[0].code, 'NAME_UNKNOWN');
    }
  });

  test('the catalog: every repository that can be asked for', async () => {
    const all = ['api', 'api-x', 'ghcr.io/x/y', 'team/api'];
    assert.deepEqual((await get('/v2/_catalog')).json(), { repositories: all });
    assert.deepEqual(await pages('/v2/_catalog?n=3', 'repositories'), [
      all.slice(0, 3),
      all.slice(3),
    ]);
    for (const name of all) assert.equal((await get(`/v2/${name}/tags/list`)).status, 200, name);
  });

  test('what is not in the catalog can be asked of a mirror', async () => {
    const { status } = await get('/v2/x/manifests/1?ns=registry.example:5000');
    assert.equal(status, 200);
  });

  test('nothing refers to anything: an empty index', async () => {
    const absent = digestOf(Buffer.from('absent'));
    for (const digest of [digestOf(image.manifest), absent]) {
      const { status, headers, json } = await get(`/v2/api/referrers/${digest}`);
      assert.equal(status, 200);
      assert.equal(headers['content-type'], mediaType.index);
      assert.equal(headers['oci-filters-applied'], undefined);
      assert.deepEqual(json(), { schemaVersion: 2, mediaType: mediaType.index, manifests: [] });
    }
    const filtered = await get(`/v2/api/referrers/${absent}?artifactType=a/b`);
    assert.equal(filtered.headers['oci-filters-applied'], 'artifactType');
  });

  test('referrers of what is no digest: 400 DIGEST_INVALID', async () => {
    const { status, json } = await get('/v2/api/referrers/sha256:wrong');
    assert.equal(status, 400);
    assert.equal(json().errors[0].code, 'DIGEST_INVALID');
  });

  test('a tag that was removed is in no list, and has no manifest', async () => {
    await pushImage(store, 'old:1', image);
    await pushImage(store, 'old:2', image);
    const removed = await run('wherry', ['rm', 'old:1', '--yes', '--store', store]);
    assert.equal(removed.code, 0, removed.stderr);
    assert.deepEqual((await get('/v2/old/tags/list')).json().tags, ['2']);
    assert.equal((await get('/v2/old/manifests/1')).status, 404);
    await run('wherry', ['rm', 'old:2', '--yes', '--store', store]);
    assert.equal((await get('/v2/old/tags/list')).status, 404);
    // As its page says: it is made from the names alone.
    assert.ok((await get('/v2/_catalog')).json().repositories.includes('old'));
  });
});
