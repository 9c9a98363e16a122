import assert from 'node:assert/strict';
import { after, suite, test } from 'node:test';
import { parseTagReference } from '../../shared/image/reference.ts';
import { hasTerminals, openTerminal } from '../support/pseudo-terminal.ts';
import { buildReleases } from '../support/releases.ts';
import { startTestS3 } from '../support/s3.ts';
import { openTestStore, pushArchive } from '../support/store.ts';

const skip = hasTerminals()
  ? false
  : 'LEFT OUT: questions on a terminal, for there is no script(1) of util-linux';

suite('a plan on a terminal', { skip }, async () => {
  const s3 = await startTestS3({ after });
  Object.assign(process.env, s3.env);
  const url = 's3://images/confirm';
  const [one, two, three] = await buildReleases(3);
  assert.ok(one && two && three);
  const store = await openTestStore(url);

  /** `rollback` of a tag of its own, when it has asked. */
  const asked = async (tag: string) => {
    for (const { archive } of [one, two]) await pushArchive(url, tag, archive);
    const terminal = openTerminal(['rollback', tag], { ...s3.env, WHERRY_STORE: url });
    await terminal.sees(/Roll back\? \[y\/N\] /);
    assert.match(terminal.shown(), new RegExp(`now +${two.digest}.*\\s+then +${one.digest}`));
    return terminal;
  };
  const digestOf = async (tag: string) => (await store.getTag(parseTagReference(tag)))?.digest;

  test('is carried out after y', async () => {
    const terminal = await asked('api:y');
    assert.equal(await digestOf('api:y'), two.digest);
    terminal.type('y\n');
    assert.equal(await terminal.ended, 0);
    assert.match(terminal.shown(), /Rolled api:y back to change 1 .*, as change 3\./);
    assert.equal(await digestOf('api:y'), one.digest);
  });

  for (const [name, key, code, message] of [
    ['n', 'n\n', 1, /The answer was no, so nothing was done/],
    ['nothing', '\n', 1, /nothing was done/],
    ['Ctrl-C', '\u0003', 130, /Interrupted/],
    ['the end of the input', '\u0004', 1, /nothing was done/],
  ] as const) {
    test(`is not after ${name}`, async () => {
      const tag = `api:${name.replace(/\W/g, '')}`;
      const terminal = await asked(tag);
      terminal.type(key);
      assert.equal(await terminal.ended, code, terminal.shown());
      assert.match(terminal.shown(), message);
      assert.equal(await digestOf(tag), two.digest);
    });
  }

  test('is not when the tag was moved meanwhile, and who did is told', async () => {
    const terminal = await asked('api:moved');
    await pushArchive(url, 'api:moved', three.archive);
    terminal.type('y\n');
    assert.equal(await terminal.ended, 6, terminal.shown());
    assert.match(
      terminal.shown(),
      new RegExp(
        `api:moved points to ${three.digest} since .* \\(change 3, push.*; it moved meanwhile\\. Nothing was done`,
      ),
    );
    assert.equal(await digestOf('api:moved'), three.digest);
  });
});
