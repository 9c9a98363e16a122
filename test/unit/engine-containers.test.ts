import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fakeEngine } from '../engines/fake-engine.ts';

const hex = (digit: string) => digit.repeat(64);

test('a container is described by its image, and by its own health check', async () => {
  const state = (Running: boolean, Health?: unknown) => ({ Running, Health });
  const answers = [
    { Id: 'c1', Image: `sha256:${hex('a')}`, State: state(true, { Status: 'healthy' }) },
    { Id: 'c2', Image: hex('b'), State: state(false) },
    { Id: 'c3', Image: `sha256:${hex('a')}`, State: state(true, { Status: 'none' }) },
  ];
  const urls: (string | undefined)[] = [];
  await using fake = await fakeEngine(({ url }, response) => {
    urls.push(url);
    response.end(JSON.stringify(answers.shift()));
  });
  assert.deepEqual(await fake.engine.container('api'), {
    id: 'c1',
    image: `sha256:${hex('a')}`,
    running: true,
    health: 'healthy',
  });
  assert.deepEqual(await fake.engine.container('api'), {
    id: 'c2',
    image: `sha256:${hex('b')}`,
    running: false,
    health: 'none',
  });
  assert.equal((await fake.engine.container('a/b'))?.health, 'none');
  assert.match(urls.join(' '), /\/containers\/api\/json .*\/containers\/a%2Fb\/json$/);
});

test('a container that is not there is an answer', async () => {
  await using fake = await fakeEngine((_, response) => {
    response.statusCode = 404;
    response.end(JSON.stringify({ message: 'No such container: api' }));
  });
  assert.equal(await fake.engine.container('api'), undefined);
});

test('images are in use by containers that do not run, too', async () => {
  const urls: (string | undefined)[] = [];
  await using fake = await fakeEngine(({ url }, response) => {
    urls.push(url);
    const images = [`sha256:${hex('a')}`, hex('b'), `sha256:${hex('a')}`, ''];
    response.end(JSON.stringify(images.map((ImageID) => ({ ImageID }))));
  });
  const used = await fake.engine.imagesInUse();
  assert.deepEqual([...used], [`sha256:${hex('a')}`, `sha256:${hex('b')}`]);
  assert.match(urls.join(), /\/containers\/json\?all=true$/);
});
