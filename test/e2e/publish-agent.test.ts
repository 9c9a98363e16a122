import assert from 'node:assert/strict';
import { appendFile, copyFile, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { agentFolder } from '../support/agent-folder.ts';
import { run } from '../support/program.ts';
import { startTestS3 } from '../support/s3.ts';
import { tempFolder } from '../support/temp.ts';

const publish = (store: string, from: string, ...args: string[]) =>
  run('wherry', ['publish-agent', '--store', store, '--from', from, '--json', ...args]);

suite('wherry publish-agent', () => {
  test('puts the compressed executables, the module and last the sums under their version', async (t) => {
    const s3 = await startTestS3(t);
    const { folder, sums } = await agentFolder(t, '1.2.3-rc.1');
    const env = { ...s3.env, WHERRY_STORE: 's3://images/team' };
    const { code, stdout, stderr } = await run('wherry', ['publish-agent', '--from', folder], {
      env,
    });
    assert.equal(code, 0, stderr);
    const puts = s3.requests.select({ operation: 'PutObject' });
    assert.deepEqual(
      puts.map(({ key }) => key),
      ['x64.xz', 'arm64.xz', 'mjs', 'SHA256SUMS'].map((end) =>
        end === 'SHA256SUMS'
          ? `team/agent/1.2.3-rc.1/${end}`
          : `team/agent/1.2.3-rc.1/wherry-agent-1.2.3-rc.1${end === 'mjs' ? '.' : '-linux-'}${end}`,
      ),
    );
    const name = 'wherry-agent-1.2.3-rc.1-linux-x64.xz';
    assert.ok(stdout.includes(`${sums[name]}  ${name}\n`), stdout);
  });

  test('published again, it is success, and nothing is stored', async (t) => {
    const { folder } = await agentFolder(t, '1.2.3');
    const store = await tempFolder(t, 'store');
    const first = await publish(store, folder);
    assert.equal(first.code, 0, first.stderr);
    const stored = ({ json }: typeof first) =>
      (json().files as { stored: boolean }[]).map((file) => file.stored);
    assert.deepEqual(stored(first), [true, true, true, true]);
    const again = await publish(store, folder);
    assert.equal(again.code, 0, again.stderr);
    assert.deepEqual(stored(again), [false, false, false, false]);
    assert.equal(again.json().version, '1.2.3');
  });

  test('a module alone is published without sums, and tells where the executables are', async (t) => {
    const s3 = await startTestS3(t);
    const env = { ...s3.env, WHERRY_STORE: 's3://images/team' };
    const { folder } = await agentFolder(t, '1.2.3');
    const packaged = await tempFolder(t, 'packaged');
    const module = 'wherry-agent-1.2.3.mjs';
    await copyFile(join(folder, module), join(packaged, module));
    const sums = await readFile(join(folder, 'SHA256SUMS'), 'utf8');
    const line = sums.split('\n').find((text) => text.endsWith(module));
    await writeFile(join(packaged, 'SHA256SUMS'), `${line}\n`);
    const files = ({ json }: Awaited<ReturnType<typeof run>>) =>
      (json().files as { file: string; stored: boolean }[]).map(({ file, stored }) => [
        file,
        stored,
      ]);

    const alone = await run('wherry', ['publish-agent', '--from', packaged, '--json'], { env });
    assert.equal(alone.code, 0, alone.stderr);
    assert.deepEqual(files(alone), [[module, true]]);
    assert.match(alone.stderr, /download the files of its release .* publish-agent --from FOLDER/);

    const asked = await run(
      'wherry',
      ['user-data', '--image', 'api:1', '--agent-version', '1.2.3'],
      { env },
    );
    assert.equal(asked.code, 3, asked.stderr);
    assert.match(
      asked.stderr,
      /wherry-agent 1\.2\.3 is not in the store.*\n.*files of the release/,
    );

    const whole = await run('wherry', ['publish-agent', '--from', folder, '--json'], { env });
    assert.equal(whole.code, 0, whole.stderr);
    assert.doesNotMatch(whole.stderr, /release/);
    assert.deepEqual(
      files(whole).map(([, stored]) => stored),
      [true, true, false, true],
    );
  });

  test('other bytes of the same version are a conflict, and what is there stays', async (t) => {
    const store = await tempFolder(t, 'store');
    const first = await agentFolder(t, '1.2.3');
    assert.equal((await publish(store, first.folder)).code, 0);
    const folder = join(store, 'agent/1.2.3');
    const contents = async () =>
      Promise.all((await readdir(folder)).sort().map((name) => readFile(join(folder, name))));
    const before = await contents();
    const second = await agentFolder(t, '1.2.3', 'another');
    const { code, json } = await publish(store, second.folder);
    assert.equal(code, 6);
    assert.equal(json().error.code, 'CONFLICT');
    assert.deepEqual(await contents(), before);
  });

  test('a file that its sum does not fit, and one that is missing, are not published', async (t) => {
    const store = await tempFolder(t, 'store');
    const { folder } = await agentFolder(t, '1.2.3');
    const file = join(folder, 'wherry-agent-1.2.3-linux-x64.xz');
    await appendFile(file, '.');
    const changed = await publish(store, folder);
    assert.equal(changed.code, 2);
    assert.match(changed.stderr, /x64\.xz is not what SHA256SUMS says/);
    await rm(file);
    assert.equal((await publish(store, folder)).code, 3);
    assert.deepEqual(await readdir(store), []);
  });

  test('a folder of something else is refused', async (t) => {
    const store = await tempFolder(t, 'store');
    const empty = await publish(store, await tempFolder(t, 'empty'));
    assert.equal(empty.code, 3);
    assert.match(empty.json().error.hint, /build:agent/);
    const { folder } = await agentFolder(t, '1.2.3');
    await appendFile(join(folder, 'SHA256SUMS'), `${'0'.repeat(64)}  wherry-agent-1.2.4.mjs\n`);
    assert.equal((await publish(store, folder)).code, 2);
    await appendFile(join(folder, 'SHA256SUMS'), `${'0'.repeat(64)}  ../tag\n`);
    assert.equal((await publish(store, folder)).code, 4);
  });
});
