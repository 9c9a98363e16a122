import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { createServer as createTcpServer } from 'node:net';
import { join } from 'node:path';
import { suite, type TestContext, test } from 'node:test';
import { startImdsServer } from '../../imds/server.ts';
import { listenOn } from '../../support/listen.ts';
import { accessKeyId, secretAccessKey, startTestS3 } from '../../support/s3.ts';
import { tempFolder } from '../../support/temp.ts';
import { assertFound, assertWell, doctor, examine } from './examine.ts';

const role = { accessKeyId: 'ASIAROLE', secretAccessKey: 'of the role', sessionToken: 'token' };

/** What a machine has that gives no credentials; the others are for the tests to add. */
async function nobody(t: TestContext) {
  const s3 = await startTestS3(t, { credentials: [{ accessKeyId, secretAccessKey }, role] });
  const env: Record<string, string | undefined> = {
    ...s3.env,
    WHERRY_STORE: 's3://images',
    AWS_ACCESS_KEY_ID: undefined,
    AWS_SECRET_ACCESS_KEY: undefined,
  };
  return { s3, env };
}

const own = { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey };

/** What an instance has beside: the metadata service at that address. */
const instance = (env: Record<string, string | undefined>, url: string) => ({
  ...env,
  AWS_EC2_METADATA_DISABLED: undefined,
  AWS_EC2_METADATA_SERVICE_ENDPOINT: url,
});

/** What the agent's doctor finds before it comes to what is of this machine, such as its engine. */
async function agentFinds(env: Record<string, string | undefined>) {
  const { findings, ...rest } = await examine('wherry-agent', [], env);
  const end = findings.findIndex(({ check }) => check === 'format');
  return { ...rest, findings: findings.slice(0, end) };
}

/** With a metadata service that works. */
async function credentialsLevel(env: Record<string, string | undefined>, t: TestContext) {
  const imds = await startImdsServer({ credentials: role });
  t.after(() => imds.close());
  const { findings } = await agentFinds(instance(env, imds.url));
  return findings.find(({ check }) => check === 'credentials')?.level;
}

suite('doctor, where the credentials are not what they should be', { concurrency: 2 }, () => {
  test('CREDENTIALS_NONE, until there are some', async (t) => {
    const { env } = await nobody(t);
    assertFound(await doctor(env), 'CREDENTIALS_NONE', 5);
    assertWell(await doctor({ ...env, ...own }));
  });

  test('CREDENTIALS_NONE in CI, though metadata could be asked for', async (t) => {
    const { env } = await nobody(t);
    assertFound(await doctor(instance(env, 'http://127.0.0.1:1/')), 'CREDENTIALS_NONE', 5);
  });

  test('CREDENTIALS_UNUSABLE with half a key, until the other half is there', async (t) => {
    const { env } = await nobody(t);
    const half = await doctor({ ...env, AWS_ACCESS_KEY_ID: accessKeyId });
    const finding = assertFound(half, 'CREDENTIALS_UNUSABLE', 5);
    assert.match(finding.remedy ?? '', /Set AWS_SECRET_ACCESS_KEY too/);
    assertWell(await doctor({ ...env, ...own }));
  });

  test('CREDENTIALS_UNUSABLE with a profile that is not there, until it is', async (t) => {
    const { env } = await nobody(t);
    const file = join(await tempFolder(t), 'credentials');
    const withProfile = { ...env, AWS_SHARED_CREDENTIALS_FILE: file, AWS_PROFILE: 'work' };
    const finding = assertFound(await doctor(withProfile), 'CREDENTIALS_UNUSABLE', 5);
    assert.match(finding.sentence, /^The profile work gives no credentials/);
    await writeFile(
      file,
      `[work]\naws_access_key_id=${accessKeyId}\naws_secret_access_key=${secretAccessKey}\n`,
    );
    const well = await doctor(withProfile);
    assertWell(well);
    const told = well.findings.find(({ check }) => check === 'credentials');
    assert.match(told?.sentence ?? '', /from the profile work\.$/);
  });

  test('CREDENTIALS_UNUSABLE with a web identity token that is not there', async (t) => {
    const { env } = await nobody(t);
    const token = { AWS_WEB_IDENTITY_TOKEN_FILE: '/nonexistent/token', AWS_ROLE_ARN: 'arn:aws:x' };
    const finding = assertFound(await doctor({ ...env, ...token }), 'CREDENTIALS_UNUSABLE', 5);
    assert.match(finding.sentence, /web identity token \/nonexistent\/token .*ENOENT/);
  });

  test("CREDENTIALS_UNUSABLE where the container's endpoint refuses", async (t) => {
    const { env } = await nobody(t);
    const container = { AWS_CONTAINER_CREDENTIALS_FULL_URI: 'http://127.0.0.1:1/role' };
    assertFound(await doctor({ ...env, ...container }), 'CREDENTIALS_UNUSABLE', 5);
  });

  test('CREDENTIALS_EXPIRED, until they are renewed', async (t) => {
    const { env, s3 } = await nobody(t);
    const session: typeof role & { expires?: number } = { ...role, accessKeyId: 'ASIASESSION' };
    const expired = await startTestS3(t, { credentials: [session] });
    session.expires = Date.now() - 1000;
    const variables = {
      AWS_ACCESS_KEY_ID: session.accessKeyId,
      AWS_SECRET_ACCESS_KEY: session.secretAccessKey,
      AWS_SESSION_TOKEN: session.sessionToken,
    };
    const found = await doctor({ ...env, ...variables, AWS_ENDPOINT_URL: expired.url });
    assertFound(found, 'CREDENTIALS_EXPIRED', 5);
    assertWell(await doctor({ ...env, ...own, AWS_ENDPOINT_URL: s3.url }));
  });

  test('CREDENTIALS_UNKNOWN, until the key is one that is known', async (t) => {
    const { env } = await nobody(t);
    const gone = { ...own, AWS_ACCESS_KEY_ID: 'AKIADELETED' };
    assertFound(await doctor({ ...env, ...gone }), 'CREDENTIALS_UNKNOWN', 5);
    assertWell(await doctor({ ...env, ...own }));
  });

  test('SECRET_WRONG, until it is right', async (t) => {
    const { env } = await nobody(t);
    const wrong = { ...own, AWS_SECRET_ACCESS_KEY: 'another' };
    assertFound(await doctor({ ...env, ...wrong }), 'SECRET_WRONG', 5);
    assertWell(await doctor({ ...env, ...own }));
  });

  test('IMDS_UNREACHABLE on an instance, until the service is turned on', async (t) => {
    const { env } = await nobody(t);
    assertFound(await agentFinds(instance(env, 'http://127.0.0.1:1/')), 'IMDS_UNREACHABLE', 5);
    assert.equal(await credentialsLevel(env, t), 'ok');
  });

  test('IMDS_NO_ROLE, until the instance has a profile', async (t) => {
    const { env } = await nobody(t);
    const imds = await startImdsServer({ credentials: role, role: null });
    t.after(() => imds.close());
    const onInstance = instance(env, imds.url);
    const finding = assertFound(await agentFinds(onInstance), 'IMDS_NO_ROLE', 5);
    assert.match(finding.remedy ?? '', /associate-iam-instance-profile/);
    imds.options = { credentials: role, role: 'reader' };
    const { findings } = await agentFinds(onInstance);
    const told = findings.find(({ check }) => check === 'credentials');
    assert.match(told?.sentence ?? '', /from the role reader of this instance\.$/);
    assert.ok(findings.every(({ level }) => level === 'ok' || level === 'skipped'));
  });

  test('IMDS_SILENT where the answer with the token gets lost, as for a hop limit of 1', async (t) => {
    const { env } = await nobody(t);
    const port = await listenOn(
      t,
      createTcpServer((socket) => socket.on('error', () => {})),
    );
    const silent = instance(env, `http://127.0.0.1:${port}/`);
    const finding = assertFound(await agentFinds(silent), 'IMDS_SILENT', 5);
    assert.match(finding.remedy ?? '', /--http-put-response-hop-limit 2/);
    assert.equal(await credentialsLevel(env, t), 'ok');
  });
});
