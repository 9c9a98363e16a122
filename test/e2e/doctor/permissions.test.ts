import assert from 'node:assert/strict';
import { suite, type TestContext, test } from 'node:test';
import type { AuthorizationRequest, FaultRule } from '../../s3/server.ts';
import { startTestS3 } from '../../support/s3.ts';
import { assertFound, assertWell, doctor, examine, pushSample } from './examine.ts';

const user = 'arn:aws:sts::123456789012:assumed-role/ci/run-7';

/** A refusal in S3's words (Amazon S3 User Guide, "Access denied message examples"). */
function denial(operation: string, action: string, because: string, key?: RegExp): FaultRule {
  const resource = `"arn:aws:s3:::images/team/${key?.source ?? ''}"`;
  const message = `User: ${user} is not authorized to perform: ${action} on resource: ${resource} ${because}`;
  return {
    match: { operation, ...(key && { key }) },
    action: { type: 'error', code: 'AccessDenied', message },
  };
}

/** A store with an image; the server denies as `mayNot` says, which tests change. */
async function guarded(t: TestContext) {
  const rule = { mayNot: (_: AuthorizationRequest) => false };
  const s3 = await startTestS3(t, { authorize: (request) => !rule.mayNot(request) });
  const env = { ...s3.env, WHERRY_STORE: 's3://images/team' };
  await pushSample(env);
  s3.requests.reset();
  return { s3, env, rule };
}

suite('doctor, where a permission is missing', { concurrency: 2 }, () => {
  test('all is well with all of them, and nothing is stored', async (t) => {
    const { s3, env } = await guarded(t);
    assertWell(await doctor(env));
    const stored = s3.requests.select(({ method, status }) => method !== 'GET' && status < 300);
    assert.deepEqual(
      stored.map(({ operation, key }) => `${operation} ${key}`),
      [],
    );
    assert.ok(s3.requests.count({ operation: 'PutObject', status: 412 }) >= 2);
  });

  test('LIST_DENIED: the role has no s3:ListBucket', async (t) => {
    const { env, rule } = await guarded(t);
    rule.mayNot = ({ action }) => action === 's3:ListBucket';
    const found = assertFound(await doctor(env), 'LIST_DENIED', 5);
    assert.equal(found.policy, 'identity');
    assert.match(found.sentence, /S3 does not say/);
    assert.match(found.remedy ?? '', /^Allow s3:ListBucket on arn:aws:s3:::images in the policy/);
    rule.mayNot = () => false;
    assertWell(await doctor(env));
  });

  test('READ_DENIED: listed, but not read', async (t) => {
    const { env, rule } = await guarded(t);
    rule.mayNot = ({ action }) => action === 's3:GetObject';
    const found = assertFound(await doctor(env), 'READ_DENIED', 5);
    assert.match(found.remedy ?? '', /^Allow s3:GetObject on arn:aws:s3:::images\/team\/\* in/);
    rule.mayNot = () => false;
    assertWell(await doctor(env));
  });

  test('READ_DENIED as well as LIST_DENIED, where S3 tells them apart', async (t) => {
    const { s3, env } = await guarded(t);
    const because = 'because no identity-based policy allows the action';
    s3.faults.set([
      denial('GetObject', 's3:GetObject', because),
      denial('ListObjectsV2', 's3:ListBucket', because),
    ]);
    const { findings } = await doctor(env);
    const codes = findings.filter(({ level }) => level === 'problem').map(({ code }) => code);
    assert.deepEqual(codes, ['LIST_DENIED', 'READ_DENIED']);
    assert.match(findings.find(({ code }) => code === 'LIST_DENIED')?.sentence ?? '', /run-7 may/);
  });

  test('nothing is said of reading where a key may only be missing', async (t) => {
    const { s3, env } = await guarded(t);
    const because = 'because no identity-based policy allows the s3:ListBucket action';
    s3.faults.set([
      denial('GetObject', 's3:ListBucket', because),
      denial('ListObjectsV2', 's3:ListBucket', because),
    ]);
    const examined = await doctor(env);
    assertFound(examined, 'LIST_DENIED', 5);
    assert.equal(examined.findings.find(({ check }) => check === 'read')?.level, 'skipped');
  });

  test('WRITE_DENIED: the role only reads', async (t) => {
    const { s3, env } = await guarded(t);
    const because = 'because no identity-based policy allows the s3:PutObject action';
    s3.faults.set([denial('PutObject', 's3:PutObject', because)]);
    const found = assertFound(await doctor(env), 'WRITE_DENIED', 5);
    assert.equal(found.policy, 'identity');
    assert.match(found.sentence, /^arn:aws:sts.*run-7 may not s3:PutObject, .* does not allow it/);
    s3.faults.clear();
    assertWell(await doctor(env));
  });

  test('WRITE_DENIED: the role may write all but tags', async (t) => {
    const { env, rule } = await guarded(t);
    rule.mayNot = ({ action, key }) => action === 's3:PutObject' && key.startsWith('team/tags/');
    const found = assertFound(await doctor(env), 'WRITE_DENIED', 5);
    assert.match(
      found.remedy ?? '',
      /^Allow s3:PutObject on arn:aws:s3:::images\/team\/tags\/\* in/,
    );
    rule.mayNot = () => false;
    assertWell(await doctor(env));
  });

  const policies: [string, string, RegExp][] = [
    [
      'endpoint',
      'because no VPC endpoint policy allows the s3:GetObject action',
      /^Allow s3:GetObject on .* in the policy of the VPC endpoint\. wherry template policy prints/,
    ],
    [
      'bucket',
      'with an explicit deny in a resource-based policy',
      /^Find the statement with Deny in the bucket's policy.*aws:SourceVpce/,
    ],
    ['identity', 'with an explicit deny in an identity-based policy', /Deny in the policy of the/],
    ['service-control', 'with an explicit deny in a service control policy', /organization/],
    ['boundary', 'because no permissions boundary allows the s3:GetObject action', /boundary/],
    ['session', 'because no session policy allows the s3:GetObject action', /session/],
  ];
  for (const [kind, because, remedy] of policies) {
    test(`READ_DENIED by the policy of the kind ${kind}, which is named`, async (t) => {
      const { s3, env } = await guarded(t);
      s3.faults.set([denial('GetObject', 's3:GetObject', because)]);
      const found = assertFound(await doctor(env), 'READ_DENIED', 5);
      assert.equal(found.policy, kind);
      assert.match(found.remedy ?? '', remedy);
      s3.faults.clear();
      assertWell(await doctor(env));
    });
  }

  test("a bucket's policy that keeps what never changes is no problem, but a sign of health", async (t) => {
    const { env, rule } = await guarded(t);
    rule.mayNot = ({ action, headers }) =>
      action === 's3:PutObject' && !headers.has('if-none-match');
    const examined = await doctor(env);
    assertWell(examined);
    const conditions = examined.findings.find(({ check }) => check === 'conditions');
    assert.match(conditions?.sentence ?? '', /policy itself/);
  });

  test('nothing is said of writing an empty store whose policy wants If-None-Match', async (t) => {
    const s3 = await startTestS3(t);
    const because = 'with an explicit deny in a resource-based policy';
    s3.faults.set([denial('PutObject', 's3:PutObject', because)]);
    const examined = await doctor({ ...s3.env, WHERRY_STORE: 's3://images/new' });
    assertWell(examined);
    assert.equal(examined.findings.find(({ check }) => check === 'write')?.level, 'skipped');
  });

  test('HEARTBEAT_DENIED is a warning, for pulls work without', async (t) => {
    const { env, rule } = await guarded(t);
    const look = async () => {
      const { findings } = await examine('wherry-agent', ['api:1', '--host', 'web-1'], env);
      return findings.find(({ check }) => check === 'heartbeat');
    };
    rule.mayNot = ({ action }) => action === 's3:PutObject';
    const denied = await look();
    assert.equal(denied?.code, 'HEARTBEAT_DENIED');
    assert.equal(denied?.level, 'warning');
    assert.match(
      denied?.remedy ?? '',
      /s3:PutObject on arn:aws:s3:::images\/team\/fleet\/api:1\/\*/,
    );
    rule.mayNot = () => false;
    assert.equal((await look())?.level, 'ok');
  });
});
