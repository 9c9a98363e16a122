import assert from 'node:assert/strict';
import { test } from 'node:test';
import { denialOf } from '../../shared/bucket/denial.ts';
import { kindOf } from '../../shared/doctor/address.ts';
import { proxyFor } from '../../shared/doctor/proxy.ts';
import { formatSpan } from '../../shared/doctor/span.ts';
import { WherryError } from '../../shared/error.ts';

test('what an address tells', () => {
  const kinds = {
    loopback: ['127.0.0.1', '::1', '::ffff:127.0.0.1'],
    private: ['10.1.2.3', '172.16.0.1', '172.31.255.255', '192.168.1.1', 'fd00::1', 'fe80::1'],
    public: ['52.218.0.1', '172.32.0.1', '172.15.0.1', '2600:1fa0::1', '2001:db8::1'],
  };
  for (const [kind, addresses] of Object.entries(kinds)) {
    for (const address of addresses) assert.equal(kindOf(address), kind, address);
  }
});

test('the proxy that the environment names for a host, and hosts that it spares', () => {
  const proxy = 'http://proxy:3128';
  const host = 'images.s3.eu-west-1.amazonaws.com';
  const name = (env: Record<string, string>) => proxyFor(host, 'https:', env);
  assert.equal(name({}), undefined);
  assert.equal(name({ HTTPS_PROXY: proxy }), 'HTTPS_PROXY');
  assert.equal(name({ https_proxy: proxy }), 'https_proxy');
  assert.equal(name({ ALL_PROXY: proxy }), 'ALL_PROXY');
  assert.equal(name({ HTTP_PROXY: proxy }), undefined);
  for (const NO_PROXY of ['*', host, '.amazonaws.com', 'a, amazonaws.com', '*.amazonaws.com']) {
    assert.equal(name({ HTTPS_PROXY: proxy, NO_PROXY }), undefined, NO_PROXY);
  }
  for (const NO_PROXY of ['', 'naws.com', 'example.com', ',']) {
    assert.equal(name({ HTTPS_PROXY: proxy, NO_PROXY }), 'HTTPS_PROXY', NO_PROXY);
  }
});

test('what S3 says of a denial', () => {
  const read = (message: string) =>
    denialOf(new WherryError('ACCESS_DENIED', 'x', { side: 'store', cause: new Error(message) }));
  const start =
    'User: arn:aws:iam::1:role/ci is not authorized to perform: s3:GetObject on resource: "r"';
  assert.deepEqual(
    read(`${start} because no identity-based policy allows the s3:GetObject action`),
    {
      user: 'arn:aws:iam::1:role/ci',
      action: 's3:GetObject',
      policy: 'identity',
      explicit: false,
    },
  );
  assert.deepEqual(read(`${start} with an explicit deny in a VPC endpoint policy`), {
    user: 'arn:aws:iam::1:role/ci',
    action: 's3:GetObject',
    policy: 'endpoint',
    explicit: true,
  });
  assert.deepEqual(read('Access Denied'), {
    user: undefined,
    action: undefined,
    policy: undefined,
    explicit: false,
  });
  assert.equal(denialOf(new WherryError('UNAVAILABLE', 'x', { side: 'store' })), undefined);
});

test('a length of time in words', () => {
  assert.equal(formatSpan(61_000), '1 minute');
  assert.equal(formatSpan(3 * 3_600_000 + 5), '3 hours');
  assert.equal(formatSpan(2 * 86_400_000), '2 days');
});
