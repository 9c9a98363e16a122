import assert from 'node:assert/strict';
import { after, suite, test } from 'node:test';
import { run } from '../support/program.ts';
import { buildReleases } from '../support/releases.ts';
import { startTestS3 } from '../support/s3.ts';
import { openTestStore } from '../support/store.ts';
import { startWherry } from '../support/terminal.ts';

/** It clears the screen, names the window, turns the order of what is read, and goes back to overwrite. */
const hostile = 'a\u001b[2J\u001b]0;b\u0007\u009b1A\u202ec\rd';
const steering = /(?!\n)[\p{Cc}\p{Bidi_Control}]/u;
/** The same as it is shown; a table takes the return for a space. */
const shown = (end: string) => `a\\u001b[2J\\u001b]0;b\\u0007\\u009b1A\\u202ec${end}d`;

suite('what others wrote does not steer a terminal', async () => {
  const s3 = await startTestS3({ after });
  Object.assign(process.env, s3.env);
  const url = 's3://images/foreign';
  const env = { ...s3.env, WHERRY_STORE: url };
  const [one, two] = await buildReleases(2);
  assert.ok(one && two);
  const mallory = { ...env, GITHUB_ACTIONS: 'true', GITHUB_ACTOR: hostile };
  for (const [tag, { archive }] of [
    ['api:new', one],
    ['api:production', two],
  ] as const) {
    const args = ['push', tag, '--input', '-', '--note', hostile];
    const pushed = await run('wherry', args, { env: mallory, stdin: archive });
    assert.equal(pushed.code, 0, pushed.stderr);
  }
  const store = await openTestStore(url);

  const commands: [name: string, args: string[]][] = [
    ['history', ['history', 'api:production']],
    ['inspect', ['inspect', 'api:production']],
    ['the plan of a promotion', ['promote', 'api:new', 'api:production', '--dry-run']],
    ['the plan of a removal', ['rm', 'api:production', '--dry-run']],
  ];
  for (const [name, args] of commands) {
    test(name, async () => {
      const { code, stdout, stderr } = await run('wherry', args, { env });
      assert.equal(code, 0, stderr);
      assert.doesNotMatch(stdout + stderr, steering);
      assert.ok((stdout + stderr).includes(shown(' ')), stdout + stderr);
    });
  }

  test('a plan that asks, on a terminal', async () => {
    const args = ['promote', 'api:new', 'api:production'];
    const terminal = startWherry(args, { ...env, NO_COLOR: '1' }, { isTTY: true });
    await terminal.shows(/Promote\? \[y\/N\]/);
    terminal.type('n\n');
    const { code, stderr } = await terminal.ended;
    assert.equal(code, 1);
    assert.doesNotMatch(stderr, steering);
    assert.ok(stderr.includes(`push by ${shown(' ')}`), stderr);
  });

  test('an error, with its cause; our own colours are left', async () => {
    const args = ['promote', 'api:new', 'api:production', '--expect', 'none'];
    const debug = await run('wherry', [...args, '--log-level', 'debug'], { env });
    assert.equal(debug.code, 6, debug.stderr);
    assert.doesNotMatch(debug.stderr, steering);
    const { stderr } = await startWherry(args, env, { isTTY: true }).ended;
    assert.ok(
      stderr.startsWith('\u001b[31merror (store):\u001b[0m The tag api:production'),
      stderr,
    );
    assert.ok(stderr.includes(shown(' ')), stderr);
  });

  test('what a host says', async () => {
    const tag = { repository: 'api', tag: 'production' };
    const beat = {
      host: 'web-1',
      time: new Date().toISOString(),
      interval: 60,
      digest: undefined,
      image: undefined,
      since: undefined,
      health: 'unknown' as const,
      activity: 'idle' as const,
      held: undefined,
      agent: hostile,
      engine: undefined,
      error: { time: new Date().toISOString(), message: hostile },
      quarantined: undefined,
    };
    await store.putHeartbeat(tag, beat);
    const { code, stdout } = await run('wherry', ['fleet', 'api:production'], { env });
    assert.equal(code, 1);
    assert.doesNotMatch(stdout, steering);
    assert.ok(stdout.includes(shown(' ')), stdout);
  });

  test('--json has it as it is', async () => {
    const { stdout, json } = await run('wherry', ['inspect', 'api:production', '--json'], { env });
    assert.equal(json().tag.note, hostile);
    assert.ok(!stdout.includes('\u001b'));
  });
});
