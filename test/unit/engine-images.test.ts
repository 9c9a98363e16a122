import assert from 'node:assert/strict';
import { test } from 'node:test';
import { imageStoreOf } from '../../shared/engine/description.ts';
import { fakeEngine, fakeVersion } from '../engines/fake-engine.ts';

const hex = (digit: number | string) => String(digit).repeat(64).slice(0, 64);
const image = {
  Id: `sha256:${hex('a')}`,
  RepoTags: ['docker.io/library/api:1', '<none>:<none>', 'reg:5000/team/api:2'],
  RootFS: { Type: 'layers', Layers: [`sha256:${hex(1)}`, `sha256:${hex(2)}`] },
  Os: 'linux',
  Architecture: 'arm64',
  Variant: 'v8',
  Size: 7,
};

test('an image is described in the familiar form, whatever the engine', async () => {
  const answers = [image, { Id: hex('b'), RepoTags: null, RootFS: {}, Architecture: '', Os: '' }];
  await using fake = await fakeEngine((_, response) => {
    response.end(JSON.stringify(answers.shift()));
  });
  assert.deepEqual(await fake.engine.inspect('api:1'), {
    id: `sha256:${hex('a')}`,
    diffIds: [`sha256:${hex(1)}`, `sha256:${hex(2)}`],
    platform: { os: 'linux', architecture: 'arm64' },
    tags: ['api:1', 'reg:5000/team/api:2'],
    size: 7,
  });
  assert.deepEqual(await fake.engine.inspect('other'), {
    id: `sha256:${hex('b')}`,
    diffIds: [],
    platform: { os: 'linux', architecture: 'amd64' },
    tags: [],
    size: 0,
  });
});

test('of an index it says for which platforms the engine has an image, where that is told', async () => {
  const manifest = (Kind: string, Available: boolean, architecture: string) => ({
    Kind,
    Available,
    ImageData: { Platform: { os: 'linux', architecture } },
  });
  const Manifests = [
    manifest('image', true, 'aarch64'),
    manifest('image', false, 's390x'),
    manifest('attestation', true, 'unknown'),
    { Kind: 'unknown' },
    { Kind: 'image', Available: true, ImageData: null },
  ];
  const queries: (string | null)[] = [];
  await using fake = await fakeEngine(({ url = '' }, response) => {
    queries.push(new URL(url, 'http://engine').searchParams.get('manifests'));
    response.end(JSON.stringify({ ...image, Manifests }));
  });
  const described = await fake.engine.inspect('api:1');
  assert.deepEqual(described?.platforms, [{ os: 'linux', architecture: 'arm64' }]);
  assert.deepEqual(queries, ['1']);
});

test("an ARM engine's platform has the variant of its machine", async () => {
  for (const [Arch, Architecture, variant] of [
    ['arm', 'armv6l', 'v6'],
    ['arm64', 'aarch64', undefined],
  ]) {
    await using fake = await fakeEngine(
      (_, response) => response.end(JSON.stringify({ Architecture })),
      () => ({ ...fakeVersion, Arch }),
    );
    assert.equal((await fake.engine.info()).platform.variant, variant);
  }
});

test('an answer that breaks off is an error, not an endless wait', async () => {
  await using fake = await fakeEngine(({ socket }, response) => {
    response.write('{"Id":');
    setTimeout(() => socket.destroy(), 20);
  });
  await assert.rejects(fake.engine.inspect('api:1'), {
    code: 'ENGINE_FAILED',
    message: /went away/,
  });
});

test('an image that is removed while images are listed is left out', async () => {
  const ids = Array.from({ length: 40 }, (_, index) => `sha256:${hex(index + 10)}`);
  let busy = 0;
  let most = 0;
  await using fake = await fakeEngine(({ url }, response) => {
    if (url?.includes('/images/json')) {
      response.end(JSON.stringify([...ids, ids[0]].map((Id) => ({ Id }))));
      return;
    }
    most = Math.max(most, ++busy);
    setTimeout(() => {
      busy--;
      const id = ids.find((candidate) => url?.includes(encodeURIComponent(candidate)));
      if (id === ids[3]) response.writeHead(404).end('{"message":"No such image"}');
      else response.end(JSON.stringify({ ...image, Id: id }));
    }, 2);
  });
  const images = await fake.engine.images();
  assert.deepEqual(
    images.map(({ id }) => id),
    ids.filter((id) => id !== ids[3]),
  );
  assert.ok(most > 1 && most <= 8, `${most} at once`);
});

test('removing what is not there is success, what is in use is the caller’s to see', async () => {
  const statuses = [404, 409];
  await using fake = await fakeEngine((_, response) => {
    response.writeHead(statuses.shift() ?? 500).end('{"message":"container 1 uses it"}');
  });
  await fake.engine.remove('api:1');
  await assert.rejects(fake.engine.remove('api:1'), {
    code: 'ENGINE_FAILED',
    message: 'The engine refused: container 1 uses it.',
  });
});

test('a tag is given as its repository and its tag', async () => {
  const urls: (string | undefined)[] = [];
  await using fake = await fakeEngine(({ url }, response) => {
    urls.push(url);
    response.writeHead(201).end();
  });
  await fake.engine.tag(`sha256:${hex('a')}`, 'reg:5000/team/api:2');
  assert.match(urls[0] ?? '', /\/tag\?repo=reg%3A5000%2Fteam%2Fapi&tag=2$/);
});

test('the store is told by the driver, and Podman by its name', () => {
  const snapshotter: [string, string] = ['driver-type', 'io.containerd.snapshotter.v1'];
  assert.equal(imageStoreOf(fakeVersion, { DriverStatus: [snapshotter] }), 'containerd');
  assert.equal(imageStoreOf(fakeVersion, { DriverStatus: [['Backing', 'x']] }), 'graph-driver');
  const podman = { ...fakeVersion, Components: [{ Name: 'Podman Engine' }] };
  assert.equal(imageStoreOf(podman, { DriverStatus: null }), 'podman');
});
