import assert from 'node:assert/strict';
import { after, suite, test } from 'node:test';
import { run } from '../support/program.ts';
import { buildReleases } from '../support/releases.ts';
import { accessKeyId, secretAccessKey, startTestS3 } from '../support/s3.ts';
import { openTestStore, pushArchive } from '../support/store.ts';
import { tempFolder } from '../support/temp.ts';

suite('wherry config', async () => {
  const s3 = await startTestS3(
    { after },
    {
      credentials: [
        { accessKeyId, secretAccessKey },
        { accessKeyId: 'UNTRUSTED', secretAccessKey: 'untrusted' },
      ],
      authorize: ({ principal, key }) =>
        principal.accessKeyId !== 'UNTRUSTED' || !key.endsWith('config.json'),
    },
  );
  Object.assign(process.env, s3.env);
  const [one, two] = await buildReleases(2);
  assert.ok(one && two);
  const folder = await tempFolder({ after }, 'store');

  for (const url of ['s3://images/config', folder]) {
    const kind = url === folder ? 'a folder' : 'S3';
    const wherry = (args: string[], changed = {}, stdin?: Buffer) =>
      run('wherry', args, {
        env: { ...s3.env, WHERRY_STORE: url, ...changed },
        ...(stdin && { stdin }),
      });
    const push = (tag: string, { archive }: { archive: Buffer }, args: string[] = []) =>
      wherry(['push', tag, '--input', '-', ...args], {}, archive);

    test(`shows a plan, makes tags immutable, and takes it back, in ${kind}`, async () => {
      for (const tag of ['api:v1', 'api:v2', 'api:latest'])
        await pushArchive(url, tag, one.archive);
      assert.match((await wherry(['config'])).stdout, /^No tag of .* is immutable\.\n$/);
      const add = ['config', '--immutable', 'api:v*', '--immutable', '*:release-*'];
      const plan = await wherry([...add, '--dry-run']);
      assert.match(plan.stdout, /\+ \*:release-\* {3}\(0 names .*\n {2}\+ api:v\* {3}\(2 names/);
      const unasked = await wherry(add);
      assert.equal(unasked.code, 2);
      assert.match(unasked.stderr, /Nobody can be asked here, so nothing was done/);
      assert.deepEqual((await wherry(['config', '--json'])).json().immutable, []);

      const done = await wherry([...add, '--yes', '--json']);
      assert.deepEqual(done.json().immutable, ['*:release-*', 'api:v*']);
      assert.deepEqual((await wherry(['config', '--quiet'])).stdout, '*:release-*\napi:v*\n');
      const less = await wherry(['config', '--mutable', '*:release-*', '--yes', '--json']);
      assert.deepEqual(less.json().immutable, ['api:v*']);
    });

    test(`ls tells which tags are immutable, and by what, in ${kind}`, async () => {
      const { stdout } = await wherry(['ls', 'api']);
      const [head = '', ...rows] = stdout.trimEnd().split('\n');
      assert.match(head, / CHANGED +IMMUTABLE$/);
      assert.deepEqual(
        rows.map((row) => [row.split(' ')[0], row.endsWith('   api:v*')]),
        ['api:latest', 'api:v1', 'api:v2'].map((tag, index) => [tag, index > 0]),
      );
      const listed: { immutable: string | null }[] = (await wherry(['ls', '--json'])).json();
      assert.deepEqual(
        listed.map(({ immutable }) => immutable),
        [null, 'api:v*', 'api:v*'],
      );
    });

    test(`an immutable tag moves by no command, in ${kind}`, async () => {
      const removal = await wherry(['rm', 'api:v1', '--yes']);
      for (const { code, stderr } of [await push('api:v1', two), removal]) {
        assert.equal(code, 6);
        assert.match(stderr, /api:v1 points to .* \(change 1, push.*\), and may not .* "api:v\*"/);
      }
      assert.match(removal.stderr, /--force/);
      assert.equal((await push('api:v1', one)).code, 0);
      assert.equal((await push('api:v3', one)).code, 0);
      assert.equal((await push('api:latest', two)).code, 0);
      const forced = await wherry(['rm', 'api:v1', '--yes', '--force']);
      assert.equal(forced.code, 0, forced.stderr);
      assert.equal((await push('api:v1', two)).code, 0);
      assert.equal((await push('api:v1', one)).code, 6);
      const back = await wherry(['rollback', 'api:v1', '--dry-run']);
      assert.equal(back.code, 6, 'it is told before anybody is asked');
    });

    test(`tells what is wrong, in ${kind}`, async () => {
      const cases: [string[], number, RegExp][] = [
        [['--immutable', 'v*', '--yes'], 2, /"v\*" is not a pattern for tags/],
        [['--mutable', 'web:*', '--yes'], 3, /has no pattern "web:\*"/],
        [['--mutable', 'a:*', '--immutable', 'a:*'], 2, /both name "a:\*"/],
      ];
      for (const [args, code, message] of cases) {
        const result = await wherry(['config', ...args]);
        assert.equal(result.code, code, result.stderr);
        assert.match(result.stderr, message);
      }
      const same = await wherry(['config', '--immutable', 'api:v*', '--json']);
      assert.equal(same.code, 0, 'nothing is to be asked');
      assert.deepEqual(same.json().immutable, ['api:v*']);
    });
  }

  test('without access to the settings, a tag that is there does not move', async () => {
    const url = 's3://images/config';
    const untrusted = { AWS_ACCESS_KEY_ID: 'UNTRUSTED', AWS_SECRET_ACCESS_KEY: 'untrusted' };
    const env = { ...s3.env, ...untrusted, WHERRY_STORE: url };
    const args = ['push', 'api:latest', '--input', '-'];
    const { code, stderr } = await run('wherry', args, { env, stdin: one.archive });
    assert.equal(code, 5);
    assert.match(
      stderr,
      /Whether api:latest may move is not known: .*access denied.*\n.*s3:GetObject/,
    );
    const listed = await run('wherry', ['ls', '--json'], { env });
    assert.equal(listed.code, 0, listed.stderr);
    assert.match(listed.stderr, /^Which tags are immutable is not known: .*access denied/);
    assert.ok(listed.json().every((each: object) => !('immutable' in each)));
    const fresh = ['push', 'api:new', '--input', '-'];
    assert.equal((await run('wherry', fresh, { env, stdin: one.archive })).code, 0);
  });

  test('of two who change them at once, one is told', async () => {
    const url = 's3://images/raced';
    const env = { ...s3.env, WHERRY_STORE: url };
    const race = await Promise.all(
      ['a:*', 'b:*', 'c:*'].map((pattern) =>
        run('wherry', ['config', '--immutable', pattern, '--yes'], { env }),
      ),
    );
    const won = race.filter(({ code }) => code === 0).length;
    const settings = await (await openTestStore(url)).getSettings();
    assert.equal(settings?.value.immutable.length, won);
    for (const { code, stderr } of race.filter((each) => each.code !== 0)) {
      assert.equal(code, 6);
      assert.match(stderr, /were changed after the plan was made. Nothing was done/);
    }
  });
});
