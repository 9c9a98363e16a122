import assert from 'node:assert/strict';
import { suite, type TestContext, test } from 'node:test';
import { type Party, startGuardedS3 } from '../../support/guarded-s3.ts';
import { assertFound, assertWell, examine, pushSample } from './examine.ts';

/** A store under the policies that Wherry has for it, with an image. */
async function guarded(t: TestContext) {
  const s3 = await startGuardedS3(t);
  await pushSample(s3.envOf('ci'));
  s3.requests.reset();
  const look = async (party: Party, purpose: string, env: Record<string, string> = {}) => {
    const examined = await examine('wherry', ['--for', purpose], { ...s3.envOf(party), ...env });
    // What comes after is of an engine, of which there is none.
    const end = examined.findings.findIndex(({ check }) => check === 'engine');
    const findings = end < 0 ? examined.findings : examined.findings.slice(0, end);
    return { ...examined, findings };
  };
  return { s3, look };
}

suite('doctor under the real policies', { concurrency: 2 }, () => {
  test('CI may push and promote, and doctor stores nothing to find that out', async (t) => {
    const { s3, look } = await guarded(t);
    assertWell(await look('ci', 'promote'));
    assert.equal(s3.requests.count({ operation: 'PutObject', status: 412 }), 2);
    assert.equal(s3.requests.count({ operation: 'PutObject', status: 200 }), 0);
  });

  test('of an empty store CI is told that writing cannot be tried yet', async (t) => {
    const { s3 } = await guarded(t);
    const env = { ...s3.envOf('ci'), WHERRY_STORE: 's3://images/new' };
    const denied = await examine('wherry', ['--for', 'promote'], env);
    // Another prefix than the policies are for.
    assertFound(denied, 'LIST_DENIED', 5);
    const empty = await startGuardedS3(t, 'fresh');
    const { code, findings } = await examine('wherry', ['--for', 'promote'], empty.envOf('ci'));
    assert.equal(code, 0);
    const write = findings.find(({ check }) => check === 'write');
    assert.equal(write?.level, 'skipped', write?.sentence);
    assert.match(write?.sentence ?? '', /before the first push/);
  });

  test('an instance may pull and report, through the endpoint', async (t) => {
    const { s3, look } = await guarded(t);
    const { findings } = await look('instance', 'pull');
    assert.ok(findings.every(({ level }) => level === 'ok' || level === 'skipped'));
    const agent = await examine('wherry-agent', ['api:1'], s3.envOf('instance'));
    assert.equal(agent.findings.find(({ check }) => check === 'heartbeat')?.level, 'ok');
  });

  test('an instance may not push: the policy of its role is named', async (t) => {
    const { look } = await guarded(t);
    const found = assertFound(await look('instance', 'push'), 'WRITE_DENIED', 5);
    assert.equal(found.policy, 'identity');
  });

  test("an instance's credentials elsewhere: the bucket's policy is named, and its endpoint", async (t) => {
    const { look } = await guarded(t);
    const found = assertFound(await look('stray', 'pull'), 'LIST_DENIED', 5);
    assert.equal(found.policy, 'bucket');
    assert.match(found.remedy ?? '', /aws:SourceVpce/);
  });

  test('through the endpoint nobody gets to another bucket: the policy of the endpoint is named', async (t) => {
    const { s3 } = await guarded(t);
    const env = {
      ...s3.envOf('owner'),
      AWS_ENDPOINT_URL: s3.urlOf('instance'),
      WHERRY_STORE: 's3://elsewhere',
    };
    const found = assertFound(await examine('wherry', ['--for', 'promote'], env), 'LIST_DENIED', 5);
    assert.equal(found.policy, 'endpoint');
  });
});
