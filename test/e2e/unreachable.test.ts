import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { run } from '../support/program.ts';
import { awsEnvironment } from '../support/s3.ts';
import { tempFolder } from '../support/temp.ts';

const ls = async (url: string, ...args: string[]) => {
  const began = Date.now();
  const env = { ...awsEnvironment(url), WHERRY_STORE: 's3://images' };
  const result = await run('wherry', ['ls', ...args], { env });
  return { ...result, seconds: (Date.now() - began) / 1000 };
};

/** Each of them waits for half a minute, so they do it together. */
suite('an S3 that cannot be reached', { concurrency: true }, () => {
  const endpoints: [string, string, RegExp][] = [
    [
      'that refuses connections',
      'http://127.0.0.1:1',
      /127\.0\.0\.1:1 refuses connections \(ECONNREFUSED\)/,
    ],
    [
      'whose name is unknown',
      'http://nothing.invalid',
      /the(?:re is no)? host nothing\.invalid (?:could not be looked up )?\((?:ENOTFOUND|EAI_AGAIN)\)/,
    ],
  ];
  for (const [what, url, message] of endpoints) {
    test(`${what}: exit code 8 after 30 s, the host named, and a notice before`, async () => {
      const { code, stdout, stderr, seconds } = await ls(url);
      assert.equal(code, 8, stderr);
      assert.equal(stdout, '');
      const [notice = '', error = '', hint = '', ...more] = stderr.trimEnd().split('\n');
      assert.match(notice, message);
      assert.match(notice, /; trying for 2\d s more\.$/);
      assert.match(error, /^error \(store\): Could not list tags\/ in s3:\/\/images: /);
      assert.match(error, message);
      assert.match(hint, /^ {2}Check the network/);
      assert.deepEqual(more, []);
      assert.ok(seconds >= 29 && seconds < 60, `${seconds} s`);
    });
  }

  test('with --log-level debug, every try and the cause is told', async () => {
    const { code, stderr } = await ls('http://127.0.0.1:1', '--log-level', 'debug');
    assert.equal(code, 8);
    assert.ok(
      (stderr.match(/refuses connections \(ECONNREFUSED\); try \d+ in \d+ ms\.$/gm) ?? []).length >
        4,
    );
    assert.match(stderr, /Error: connect ECONNREFUSED[^\n]*\n\s+at /);
  });

  test('by TLS, for its certificate is of nobody known: exit code 1 at once, one try', async (t) => {
    const folder = await tempFolder(t, 'tls');
    const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
    const request =
      'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 1 -subj /CN=x';
    const made = spawnSync('openssl', [...request.split(' '), '-keyout', key, '-out', cert]);
    assert.equal(made.status, 0, String(made.stderr));
    const server = createServer({ key: await readFile(key), cert: await readFile(cert) });
    let connections = 0;
    server.on('connection', () => connections++);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    t.after(() => server.close());
    const { port } = server.address() as AddressInfo;
    const { code, stderr, seconds } = await ls(`https://127.0.0.1:${port}`);
    assert.equal(code, 1);
    assert.match(stderr, /the server is not to be trusted.*self-signed certificate/);
    assert.match(stderr, /NODE_EXTRA_CA_CERTS/);
    assert.equal(connections, 1);
    assert.ok(seconds < 20, `${seconds} s`);
  });
});
