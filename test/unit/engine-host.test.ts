import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { resolveHost } from '../../shared/engine/host.ts';

const home = await mkdtemp(join(tmpdir(), 'wherry-engine-host-'));
after(() => rm(home, { recursive: true }));

const write = async (path: string, text: string) => {
  await mkdir(dirname(join(home, path)), { recursive: true });
  await writeFile(join(home, path), text);
};
const addContext = async (name: string, docker: unknown, tls: Record<string, string> = {}) => {
  const id = createHash('sha256').update(name).digest('hex');
  const meta = JSON.stringify({ Name: name, Metadata: {}, Endpoints: { docker } });
  await write(`.docker/contexts/meta/${id}/meta.json`, meta);
  for (const [file, text] of Object.entries(tls)) {
    await write(`.docker/contexts/tls/${id}/docker/${file}`, text);
  }
};
const urlOf = async (env: Record<string, string>, host?: string) =>
  (await resolveHost({ env, host, home })).url;

await addContext('rootless', { Host: 'unix:///run/user/1000/docker.sock' });
await addContext(
  'remote',
  { Host: 'tcp://10.0.0.7:2376', SkipTLSVerify: false },
  {
    'ca.pem': 'CA',
    'cert.pem': 'CERT',
    'key.pem': 'KEY',
  },
);
await addContext('careless', { Host: 'tcp://10.0.0.8:2376', SkipTLSVerify: true });
await addContext('plain', { Host: 'tcp://10.0.0.9:2375' });
await write('elsewhere/config.json', JSON.stringify({ currentContext: 'default' }));
await write('broken/config.json', '{');

test('without any configuration it is the default socket', async () => {
  const host = await resolveHost({ env: {}, home: join(home, 'nobody') });
  assert.deepEqual(host, {
    url: 'unix:///var/run/docker.sock',
    address: { socketPath: '/var/run/docker.sock' },
    tls: undefined,
  });
});

test('host before DOCKER_HOST before DOCKER_CONTEXT before the current context', async () => {
  await write('.docker/config.json', JSON.stringify({ currentContext: 'rootless' }));
  assert.equal(await urlOf({}), 'unix:///run/user/1000/docker.sock');
  assert.equal(await urlOf({ DOCKER_CONTEXT: 'plain' }), 'tcp://10.0.0.9:2375');
  const both = { DOCKER_CONTEXT: 'plain', DOCKER_HOST: 'unix:///tmp/a.sock' };
  assert.equal(await urlOf(both), 'unix:///tmp/a.sock');
  assert.equal(await urlOf(both, 'unix:///tmp/b.sock'), 'unix:///tmp/b.sock');
});

test('the context "default" is the default socket', async () => {
  assert.equal(await urlOf({ DOCKER_CONTEXT: 'default' }), 'unix:///var/run/docker.sock');
});

test('DOCKER_CONFIG moves the folder of the configuration', async () => {
  const env = { DOCKER_CONFIG: join(home, 'elsewhere') };
  assert.equal(await urlOf(env), 'unix:///var/run/docker.sock');
});

test("a context's certificates mean HTTPS", async () => {
  const { address, tls } = await resolveHost({ env: { DOCKER_CONTEXT: 'remote' }, home });
  assert.deepEqual(address, { protocol: 'https', host: '10.0.0.7', port: 2376 });
  assert.deepEqual(tls, { verify: true, ca: 'CA', cert: 'CERT', key: 'KEY' });
});

test('a context may turn verification off, or do without TLS', async () => {
  const careless = await resolveHost({ env: { DOCKER_CONTEXT: 'careless' }, home });
  assert.deepEqual(careless.tls, { verify: false });
  const plain = await resolveHost({ env: { DOCKER_CONTEXT: 'plain' }, home });
  assert.deepEqual(plain.address, { protocol: 'http', host: '10.0.0.9', port: 2375 });
  assert.equal(plain.tls, undefined);
});

test('DOCKER_TLS_VERIFY reads the certificates of DOCKER_CERT_PATH', async () => {
  await write('certs/ca.pem', 'OTHER');
  const env = { DOCKER_HOST: 'tcp://10.0.0.7', DOCKER_TLS_VERIFY: '1' };
  const there = await resolveHost({ env: { ...env, DOCKER_CERT_PATH: join(home, 'certs') }, home });
  assert.deepEqual(there.address, { protocol: 'https', host: '10.0.0.7', port: 2376 });
  assert.deepEqual(there.tls, { verify: true, ca: 'OTHER' });
});

test('DOCKER_TLS alone encrypts without verification', async () => {
  const { tls } = await resolveHost({ env: { DOCKER_HOST: 'tcp://a', DOCKER_TLS: '1' }, home });
  assert.deepEqual(tls, { verify: false });
});

test('DOCKER_TLS_VERIFY means nothing to a socket', async () => {
  const { tls } = await resolveHost({ env: { DOCKER_TLS_VERIFY: '1' }, host: 'unix:///a', home });
  assert.equal(tls, undefined);
});

test('a context that does not exist, or names no engine, is refused', async () => {
  await addContext('empty', undefined);
  for (const name of ['absent', 'empty']) {
    const resolved = resolveHost({ env: { DOCKER_CONTEXT: name }, home });
    await assert.rejects(resolved, { code: 'USAGE', message: new RegExp(`"${name}"`) });
  }
});

test('a configuration that cannot be read is refused', async () => {
  const broken = resolveHost({ env: { DOCKER_CONFIG: join(home, 'broken') }, home });
  await assert.rejects(broken, { code: 'USAGE', message: /config\.json/ });
  await mkdir(join(home, 'odd', 'ca.pem'), { recursive: true });
  const env = { DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: join(home, 'odd') };
  const odd = resolveHost({ env, host: 'tcp://a', home });
  await assert.rejects(odd, { code: 'USAGE', message: /ca\.pem/ });
});
