import assert from 'node:assert/strict';
import { hostname, userInfo } from 'node:os';
import { suite, test } from 'node:test';
import { authorOf } from '../../shared/command/author.ts';
import { formatAuthor } from '../../shared/store/origin.ts';
import { openStore } from '../../shared/store/store.ts';
import { memoryBucket } from '../support/memory-bucket.ts';
import { tagChange } from '../support/tag-change.ts';

suite('who moves a tag', () => {
  test('in GitHub Actions: the actor, the run and the commit', () => {
    const env = {
      GITHUB_ACTIONS: 'true',
      GITHUB_ACTOR: 'alice',
      GITHUB_SERVER_URL: 'https://github.com',
      GITHUB_REPOSITORY: 'acme/api',
      GITHUB_RUN_ID: '17',
      GITHUB_SHA: '4f2c1e',
    };
    const run = 'https://github.com/acme/api/actions/runs/17';
    assert.deepEqual(authorOf(env), { user: 'alice', run, commit: '4f2c1e' });
    assert.equal(formatAuthor(authorOf(env)), `alice in ${run}`);
  });

  test('in GitLab CI the same', () => {
    const [run, commit] = ['https://gitlab.com/acme/api/-/jobs/5', '4f2c1e'];
    const env = {
      GITLAB_CI: 'true',
      GITLAB_USER_LOGIN: 'bob',
      CI_JOB_URL: run,
      CI_COMMIT_SHA: commit,
    };
    assert.deepEqual(authorOf(env), { user: 'bob', run, commit });
  });

  test('elsewhere: the user and the machine', () => {
    const here = { user: userInfo().username, host: hostname() };
    assert.deepEqual(authorOf({}), here);
    assert.equal(formatAuthor(authorOf({})), `${here.user} on ${here.host}`);
    assert.deepEqual(authorOf({ SUDO_USER: 'carol' }), { ...here, user: 'carol' });
  });

  test('is in the record of the change, and in what a conflict says', async () => {
    const store = openStore(memoryBucket());
    const tag = { repository: 'api', tag: 'production' };
    const origin = {
      by: { user: 'alice', host: 'laptop', run: undefined, commit: undefined },
      from: { reference: 'api:4f2c1e', store: undefined, sequence: 3 },
      note: 'the fix for carts',
    };
    await store.moveTag(tag, { ...tagChange('one'), action: 'promote', ...origin });
    const { by, from, note } = (await store.getTag(tag)) ?? {};
    assert.deepEqual({ by, from, note }, origin);
    await assert.rejects(store.moveTag(tag, tagChange('two'), { expect: 'none' }), {
      code: 'CONFLICT',
      message: /change 1, promote by alice on laptop\); it was expected to be absent/,
    });
  });
});
