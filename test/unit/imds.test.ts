import assert from 'node:assert/strict';
import { test } from 'node:test';
import { instanceRegion } from '../../shared/bucket/s3/instance-region.ts';
import { metadataServices } from '../../shared/bucket/s3/metadata-service.ts';
import { startImdsServer } from '../imds/server.ts';

const credentials = { accessKeyId: 'A', secretAccessKey: 'S', sessionToken: 'T' };

test('the metadata service of the tests gives nothing without a token', async (t) => {
  const imds = await startImdsServer({ credentials, role: 'reader' });
  t.after(() => imds.close());
  const ask = (path: string, init?: RequestInit) => fetch(new URL(path, imds.url), init);
  assert.equal((await ask('/latest/meta-data/placement/region')).status, 401);
  const get = await ask('/latest/api/token');
  assert.equal(get.status, 400);
  const headers = { 'x-aws-ec2-metadata-token-ttl-seconds': '60' };
  const forwarded = { ...headers, 'x-forwarded-for': '10.0.0.1' };
  const far = await ask('/latest/api/token', { method: 'PUT', headers: forwarded });
  assert.equal(far.status, 403);
  const token = await (await ask('/latest/api/token', { method: 'PUT', headers })).text();
  const shown = { headers: { 'x-aws-ec2-metadata-token': token } };
  const role = await ask('/latest/meta-data/iam/security-credentials/', shown);
  assert.equal(await role.text(), 'reader');
  const given = await ask('/latest/meta-data/iam/security-credentials/reader', shown);
  assert.equal(((await given.json()) as { Token: string }).Token, 'T');
  assert.equal((await ask('/latest/meta-data/none', shown)).status, 404);
});

test('the region of an instance comes from its metadata service', async (t) => {
  const imds = await startImdsServer({ credentials, region: 'eu-west-3' });
  t.after(() => imds.close());
  const env = { AWS_EC2_METADATA_SERVICE_ENDPOINT: imds.url };
  assert.equal(await instanceRegion(env), 'eu-west-3');
});

test('it is looked for where the environment says, and at both of its addresses where it says nothing', () => {
  const [ipv4, ipv6] = ['http://169.254.169.254', 'http://[fd00:ec2::254]'];
  const url = 'http://127.0.0.1:1/';
  const mode = 'AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE';
  assert.deepEqual(metadataServices({}), [ipv4, ipv6]);
  assert.deepEqual(metadataServices({ [mode]: 'IPv4' }), [ipv4]);
  assert.deepEqual(metadataServices({ [mode]: 'IPv6' }), [ipv6]);
  const given = { AWS_EC2_METADATA_SERVICE_ENDPOINT: url, [mode]: 'IPv6' };
  assert.deepEqual(metadataServices(given), [url]);
  assert.deepEqual(metadataServices({ ...given, AWS_EC2_METADATA_DISABLED: 'TRUE' }), []);
});
