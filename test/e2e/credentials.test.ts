import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { chmod, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { buildImage } from '../support/image/build.ts';
import { bytesOf } from '../support/image/bytes.ts';
import { writeLayout } from '../support/image/layouts.ts';
import { randomBytes } from '../support/image/random.ts';
import { run } from '../support/program.ts';
import { startTestS3 } from '../support/s3.ts';
import { tempFolder } from '../support/temp.ts';

const image = await buildImage({
  layers: [[{ name: 'random', content: randomBytes(16_000_000, 8) }]],
});
const archive = await bytesOf(await writeLayout({ image, references: ['api:1'] }, 'oci'));

const key = (name: string) => ({
  accessKeyId: `AKIA${name.toUpperCase()}`,
  secretAccessKey: `the secret of ${name}`,
  sessionToken: `the token of ${name}`,
});
const hours = (count: number) => new Date(Date.now() + count * 3_600_000).toISOString();

/** As credential_process, a container's endpoint and IMDS give them; long before they expire. */
function document(name: string, expiration: string | undefined = hours(6)) {
  const { accessKeyId, secretAccessKey, sessionToken } = key(name);
  return {
    Version: 1,
    Code: 'Success',
    AccessKeyId: accessKeyId,
    SecretAccessKey: secretAccessKey,
    SessionToken: sessionToken,
    Token: sessionToken,
    Expiration: expiration,
  };
}

interface Push {
  /** From when on S3 refuses the first key, by the number of the request. */
  expiresAt?: number;
  /** What else happens then. */
  onExpiry?: () => void;
  env: Record<string, string | undefined>;
}

/** Pushes with `first`, which S3 takes as expired from its tenth request on; `second` is valid. */
async function push(t: TestContext, { expiresAt = 10, onExpiry, env }: Push) {
  const first: ReturnType<typeof key> & { expires?: number } = key('first');
  let count = 0;
  const s3 = await startTestS3(t, {
    credentials: [first, key('second')],
    authorize: () => {
      if (++count === expiresAt) {
        onExpiry?.();
        first.expires = Date.now();
      }
      return true;
    },
  });
  const result = await run('wherry', ['push', 'api:1', '--input', '-', '--store', 's3://images'], {
    env: {
      ...s3.env,
      AWS_ACCESS_KEY_ID: undefined,
      AWS_SECRET_ACCESS_KEY: undefined,
      ...env,
    },
    stdin: archive,
  });
  // Of a HEAD the log has no code.
  const refused = s3.requests.select(({ status }) => status === 400);
  return { result, s3, refused };
}

function assertCameThrough({ result, s3, refused }: Awaited<ReturnType<typeof push>>) {
  assert.equal(result.code, 0, result.stderr);
  assert.ok(refused.length > 0, 'nothing was refused');
  assert.equal(s3.requests.count({ operation: 'PutObject', key: 'tags/api:1', status: 200 }), 1);
}

/** A file with credentials, and the command that prints it, once it has noted that it ran. */
async function credentialProcess(t: TestContext) {
  const folder = await tempFolder(t, 'credentials');
  const file = join(folder, 'credentials.json');
  const command = join(folder, 'print');
  const config = join(folder, 'config');
  await writeFile(command, `#!/bin/sh\ncat ${file}\n`);
  await chmod(command, 0o755);
  await writeFile(config, `[default]\ncredential_process = ${command}\n`);
  const give = (text: string) => writeFileSync(file, text);
  give(JSON.stringify(document('first')));
  return { give, env: { AWS_CONFIG_FILE: config } };
}

test('a process gives new credentials when S3 refuses the old ones in the middle', async (t) => {
  const { give, env } = await credentialProcess(t);
  const onExpiry = () => give(JSON.stringify(document('second')));
  assertCameThrough(await push(t, { env, onExpiry }));
});

test('a file that another program rewrites is read again', async (t) => {
  const folder = await tempFolder(t, 'credentials');
  const file = join(folder, 'credentials');
  const write = (name: string) => {
    const { accessKeyId, secretAccessKey, sessionToken } = key(name);
    writeFileSync(
      file,
      `[work]\naws_access_key_id = ${accessKeyId}\naws_secret_access_key = ${secretAccessKey}\n` +
        `aws_session_token = ${sessionToken}\n`,
    );
  };
  write('first');
  const env = { AWS_SHARED_CREDENTIALS_FILE: file, AWS_PROFILE: 'work' };
  assertCameThrough(await push(t, { env, onExpiry: () => write('second') }));
});

/** The endpoint of a container's agent, and the instance metadata service, in one. */
async function metadataServer(t: TestContext) {
  const state = { name: 'first', expiration: hours(6), asked: 0 };
  const server = createServer((request, response) => {
    const path = request.url ?? '';
    if (path === '/latest/api/token') response.end('a token');
    else if (path === '/latest/meta-data/iam/security-credentials/') response.end('a-role');
    else if (path.endsWith('/a-role') || path === '/container') {
      state.asked++;
      response.end(JSON.stringify(document(state.name, state.expiration)));
    } else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { state, url };
}

test("a container's credentials are renewed", async (t) => {
  const { state, url } = await metadataServer(t);
  const env = { AWS_CONTAINER_CREDENTIALS_FULL_URI: `${url}/container` };
  const onExpiry = () => {
    state.name = 'second';
  };
  assertCameThrough(await push(t, { env, onExpiry }));
  assert.equal(state.asked, 2, 'once for all requests that were refused');
});

test("an instance's credentials are renewed", async (t) => {
  const { state, url } = await metadataServer(t);
  const env = { AWS_EC2_METADATA_DISABLED: undefined, AWS_EC2_METADATA_SERVICE_ENDPOINT: url };
  const onExpiry = () => {
    state.name = 'second';
  };
  assertCameThrough(await push(t, { env, onExpiry }));
});

test('credentials that are about to expire are renewed before S3 refuses them', async (t) => {
  const { state, url } = await metadataServer(t);
  state.expiration = new Date(Date.now() + 60_000).toISOString();
  const env = { AWS_CONTAINER_CREDENTIALS_FULL_URI: `${url}/container` };
  const { result, refused } = await push(t, { env, expiresAt: Number.POSITIVE_INFINITY });
  assert.equal(result.code, 0, result.stderr);
  assert.deepEqual(refused, []);
  assert.ok(state.asked > 1);
});

test('credentials that nothing renews end the push, with the reason', async (t) => {
  const { accessKeyId, secretAccessKey, sessionToken } = key('first');
  const { result, s3 } = await push(t, {
    env: {
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
      AWS_SESSION_TOKEN: sessionToken,
    },
  });
  assert.equal(result.code, 5, result.stderr);
  assert.match(
    result.stderr,
    /Could not .*: the AWS credentials are not valid \(ExpiredToken\), and there are no newer ones\./,
  );
  assert.equal(s3.requests.count({ key: 'tags/api:1', method: 'PUT' }), 0);
});

test('a process that fails when it is asked again ends the push, with the reason', async (t) => {
  const { give, env } = await credentialProcess(t);
  const { result } = await push(t, { env, onExpiry: () => give('no session') });
  assert.equal(result.code, 5, result.stderr);
  assert.match(
    result.stderr,
    /\(ExpiredToken\), and renewing them failed: Could not load credentials/,
  );
});
