import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { s3Error } from '../../shared/bucket/s3/errors.ts';
import { isPassing } from '../../shared/error.ts';

const described = (fields: object) => {
  const error = s3Error(Object.assign(new Error('said so'), fields), 'read x', 's3://images');
  const { code, message, hint, retryAfter } = error;
  return { code, message, hint, retryAfter, passing: isPassing(error) };
};
const answered = (httpStatusCode: number, headers = {}) => ({
  $metadata: { httpStatusCode },
  $response: { headers },
});

suite('what S3 or the way to it says went wrong', () => {
  const cases: [string, object, string, boolean, RegExp][] = [
    [
      'an unknown name',
      { code: 'ENOTFOUND', hostname: 's3.example' },
      'UNAVAILABLE',
      true,
      /: there is no host s3\.example \(ENOTFOUND\)\.$/,
    ],
    [
      'a resolver that is down',
      { code: 'EAI_AGAIN', hostname: 's3.example' },
      'UNAVAILABLE',
      true,
      /the host s3\.example could not be looked up \(EAI_AGAIN\)/,
    ],
    [
      'a closed port',
      { code: 'ECONNREFUSED', address: '127.0.0.1', port: 1 },
      'UNAVAILABLE',
      true,
      /127\.0\.0\.1:1 refuses connections/,
    ],
    [
      'a closed port of a name with several addresses',
      { code: 'ECONNREFUSED', errors: [{ code: 'ECONNREFUSED', address: '::1', port: 9 }] },
      'UNAVAILABLE',
      true,
      /::1:9 refuses connections/,
    ],
    [
      'a server that is silent',
      {
        name: 'TimeoutError',
        message:
          '@smithy/node-http-handler - the request socket timed out after 30000 ms of inactivity (configured by client requestHandler).',
      },
      'UNAVAILABLE',
      true,
      /: nothing came or went for 30 s\.$/,
    ],
    [
      'a host that does not answer at all',
      {
        name: 'TimeoutError',
        message:
          '@smithy/node-http-handler - the request socket did not establish a connection with the server within the configured timeout of 5000 ms.',
      },
      'UNAVAILABLE',
      true,
      /: there was no connection within 5 s\.$/,
    ],
    [
      'a certificate of an unknown authority',
      { code: 'SELF_SIGNED_CERT_IN_CHAIN', message: 'self-signed certificate' },
      'FAILED',
      false,
      /not to be trusted.*self-signed certificate/,
    ],
    [
      'a certificate for another host',
      { code: 'ERR_TLS_CERT_ALTNAME_INVALID' },
      'FAILED',
      false,
      /not to be trusted/,
    ],
    [
      'a server that is not S3',
      { name: 'NotFound', message: 'UnknownError', ...answered(404) },
      'UNAVAILABLE',
      true,
      /of HTTP status 404, is none of S3's, or was cut short\.$/,
    ],
    ['a server without TLS', { code: 'EPROTO' }, 'FAILED', false, /speaks no TLS/],
    ['SlowDown', { name: 'SlowDown', ...answered(503) }, 'SLOW_DOWN', true, /answers SlowDown/],
    ['a HEAD refused as SlowDown', { name: '', ...answered(503) }, 'SLOW_DOWN', true, /503/],
    ['429', { name: 'TooManyRequests', ...answered(429) }, 'SLOW_DOWN', true, /TooManyRequests/],
    [
      'an internal error',
      { name: 'InternalError', ...answered(500) },
      'UNAVAILABLE',
      true,
      /answers InternalError/,
    ],
    [
      'expired credentials',
      { name: 'ExpiredToken', ...answered(400), renewal: 'there are no newer ones' },
      'NO_CREDENTIALS',
      false,
      /not valid \(ExpiredToken\), and there are no newer ones\.$/,
    ],
    [
      'a provider of credentials that fails',
      { name: 'CredentialsProviderError', message: 'the process failed.' },
      'NO_CREDENTIALS',
      false,
      /there are no AWS credentials \(the process failed\)\.$/,
    ],
  ];
  for (const [name, fields, code, passing, message] of cases) {
    test(`${name}: ${code}`, () => {
      const found = described(fields);
      assert.equal(found.code, code);
      assert.equal(found.passing, passing);
      assert.match(found.message, /^Could not read x in s3:\/\/images: /);
      assert.match(found.message, message);
      assert.match(found.hint ?? '', /\.$/);
    });
  }

  test('Retry-After is kept, in milliseconds, where it is sensible', () => {
    const after = (value: string) =>
      described({ name: 'SlowDown', ...answered(503, { 'retry-after': value }) }).retryAfter;
    assert.equal(after('2'), 2_000);
    assert.equal(after('soon'), undefined);
    assert.equal(after('-1'), undefined);
    assert.equal(described({ name: 'SlowDown', ...answered(503) }).retryAfter, undefined);
  });
});
