import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, suite, test } from 'node:test';
import { promisify } from 'node:util';
import { version } from '../../shared/version.ts';
import { startImdsServer } from '../imds/server.ts';
import { agentFolder } from '../support/agent-folder.ts';
import { leftOut } from '../support/left-out.ts';
import { run } from '../support/program.ts';
import { accessKeyId, secretAccessKey, startTestS3 } from '../support/s3.ts';
import { tempFolder } from '../support/temp.ts';

/** Texts of options, and what the unit has for them. */
const weird = [
  ["'; touch /tmp/owned; '", `"'; touch /tmp/owned; '"`],
  ['$(touch /tmp/owned)', '"$$(touch /tmp/owned)"'],
  ['`touch /tmp/owned`', '"`touch /tmp/owned`"'],
  ['"quoted" \\ back $HOME %n %%', '"\\"quoted\\" \\\\ back $$HOME %%n %%%%"'],
  ['two\nEND_OF_UNIT\ntouch /tmp/owned', '"two\\nEND_OF_UNIT\\ntouch /tmp/owned"'],
  ['naïve 🚢', '"naïve 🚢"'],
  [';', '";"'],
] as const;

const all = weird.map(([text]) => text).join(' ');

suite('wherry user-data', async () => {
  const instance = {
    accessKeyId: 'ASIAWHERRYTEST2',
    secretAccessKey: 's/+',
    sessionToken: 't//+==',
  };
  const credentials = [{ accessKeyId, secretAccessKey }, instance];
  const s3 = await startTestS3({ after }, { credentials });
  const env = { ...s3.env, WHERRY_STORE: 's3://images/team' };
  const { folder, sums } = await agentFolder({ after }, version);
  const other = await agentFolder({ after }, '9.9.9');
  for (const from of [folder, other.folder]) {
    const published = await run('wherry', ['publish-agent', '--from', from], { env });
    assert.equal(published.code, 0, published.stderr);
  }
  const userData = (args: string[], more: Record<string, string | undefined> = {}) =>
    run('wherry', ['user-data', ...args], { env: { ...env, ...more } });
  const print = async (args: string[], more?: Record<string, string | undefined>) => {
    const { code, stdout, stderr } = await userData(args, more);
    assert.equal(code, 0, stderr);
    return stdout;
  };
  /** What the script does up to there, and then `command`. */
  const sh = (script: string, command: string) => {
    const [values] = script.split('\nagent=');
    return spawnSync('sh', ['-c', `${values}\n${command}`], { encoding: 'utf8' });
  };

  test('has the sums of the store, for both processors or for one', async () => {
    const both = await print(['--image', 'api:production']);
    for (const [file, sum] of Object.entries(sums)) {
      assert.equal(both.includes(sum), !file.endsWith('.mjs'), file);
    }
    const one = await print(['--image', 'api:production', '--arch', 'arm64']);
    assert.ok(one.includes(sums[`wherry-agent-${version}-linux-arm64.xz`] ?? '?'));
    assert.ok(!one.includes(sums[`wherry-agent-${version}-linux-x64.xz`] ?? '?'));
    const newer = await print(['--image', 'api:production', '--agent-version', '9.9.9']);
    assert.ok(newer.includes(other.sums['wherry-agent-9.9.9-linux-x64.xz'] ?? '?'));
    assert.ok(Buffer.byteLength(both) < 16_384);
  });

  test('the unit starts watch with the images, the store, and the options of watch', async () => {
    const place = ['--region', 'us-east-1', '--endpoint-url', `${s3.url}/`];
    const images = ['--image', 'api:production', '--image', 'team/web'];
    const script = await print([
      ...images,
      ...place,
      '--on-change',
      'systemctl restart api',
      '--keep',
      '3',
    ]);
    const line = /^ExecStart=.*$/m.exec(sh(script, 'write_unit').stdout)?.[0];
    assert.equal(
      line,
      'ExecStart=/usr/local/bin/wherry-agent "watch" "api:production" "team/web:latest" ' +
        `"--store" "s3://images/team" "--region" "us-east-1" "--endpoint-url" "${s3.url}" ` +
        '"--on-change" "systemctl restart api" "--keep" "3"',
    );
    const patient = await print(['--image', 'api', '--on-change-timeout', '20m']);
    assert.match(sh(patient, 'write_unit').stdout, /^TimeoutStopSec=1260\nKillMode=mixed$/m);
  });

  test('no text of an option is run, by the shell or by systemd', async () => {
    const names = ['on-change', 'health', 'interval', 'keep', 'wave', 'host', 'state'];
    assert.equal(names.length, weird.length);
    const given = weird.flatMap(([text], index) => [`--${names[index]}`, text]);
    const script = await print(['--image', 'api:production', ...given]);
    const { stdout, stderr, status } = sh(script, 'write_unit');
    assert.equal(status, 0, stderr);
    for (const [index, [, quoted]] of weird.entries()) {
      assert.ok(stdout.includes(` "--${names[index]}" ${quoted}`), `${quoted}\n${stdout}`);
    }
    assert.match(stdout, /\[Install\]\nWantedBy=multi-user\.target\n$/);
  });

  test('a prefix of any characters is a word to the shell, and escaped in the address', async () => {
    const prefix = `a b/it's $HOME (1)+é`;
    const store = `s3://images/${prefix}`;
    const published = await run('wherry', ['publish-agent', '--from', folder, '--store', store], {
      env,
    });
    assert.equal(published.code, 0, published.stderr);
    const script = await print(['--image', 'api', '--store', store]);
    const { stdout } = sh(script.replace('$(uname -m)', 'x86_64'), 'echo "$key"; echo "$path"');
    const [key, path] = stdout.split('\n');
    const name = `agent/${version}/wherry-agent-${version}-linux-x64.xz`;
    assert.equal(key, `${prefix}/${name}`);
    assert.equal(path, `a%20b/it%27s%20%24HOME%20%281%29%2B%C3%A9/${name}`);
  });

  test("this machine's curl fetches by role and token", { skip: leftOut('curl') }, async (t) => {
    const imds = await startImdsServer({ credentials: instance });
    t.after(() => imds.close());
    const [functions] = (await print(['--image', 'api'])).split('\nchanged=\n');
    const path = join(await tempFolder(t), 'agent');
    const script = join(await tempFolder(t), 'fetch.sh');
    await writeFile(script, `${functions}\nfind_region\nfetch_with_curl '${path}'\n`);
    const { stderr } = await promisify(execFile)('sh', [script], {
      env: { PATH: process.env.PATH, AWS_EC2_METADATA_SERVICE_ENDPOINT: imds.url },
    });
    assert.equal(stderr, '');
    assert.match(await readFile(path, 'utf8'), /^executable wherry-agent-.*\.xz$/);
  });

  test('what cannot be is refused', async () => {
    const cases: [string[], number, RegExp][] = [
      [[], 2, /No image is given/],
      [['--image', 'Api'], 2, /lower case/],
      [['--image', 'api', '--store', '/mnt/images'], 2, /of this machine alone/],
      [['--image', 'api', '--region', "eu'; touch /tmp/owned"], 2, /not a region/],
      [['--image', 'api', '--agent-version', '1\ntouch /tmp/owned'], 2, /not a version/],
      [['--image', 'api', '--agent-version', '1.0.0'], 3, /1\.0\.0 is not in the store/],
      [['--image', 'api', '--on-change', '\u0007'], 2, /control character/],
      [['--image', 'api', '--on-change', 'x'.repeat(16_384)], 2, /EC2 takes 16384/],
    ];
    for (const [args, code, message] of cases) {
      const ended = await userData(args);
      assert.match(ended.stderr, message);
      assert.equal(ended.code, code, ended.stderr);
      assert.equal(ended.stdout, '');
    }
    const { parseEndpoint } = await import('../../cli/boot/parse.ts');
    for (const wrong of ['https://h/?a=b', 'ftp://h', 'https://u:p@h', 'no', 'https://h/#"']) {
      assert.throws(() => parseEndpoint(wrong), { code: 'USAGE' }, wrong);
    }
    assert.equal(parseEndpoint('https://h:1/a"\nb/'), 'https://h:1/a%22b');
  });

  test('shellcheck finds nothing', { skip: leftOut('shellcheck') }, async (t) => {
    const path = join(await tempFolder(t), 'user-data.sh');
    await writeFile(path, await print(['--image', 'api', '--on-change', all]));
    const { stdout, status } = spawnSync('shellcheck', ['--norc', path], { encoding: 'utf8' });
    assert.equal(status, 0, stdout);
  });

  test('systemd takes the unit', { skip: leftOut('systemd-analyze') }, async (t) => {
    const unit = join(await tempFolder(t), 'wherry-agent.service');
    const { stdout } = sh(await print(['--image', 'api', '--on-change', all]), 'write_unit');
    await writeFile(unit, stdout.replace('/usr/local/bin/wherry-agent', process.execPath));
    const verify = ['verify', '--man=no', '--recursive-errors=no', unit];
    const { stderr, status } = spawnSync('systemd-analyze', verify, { encoding: 'utf8' });
    assert.equal(stderr, '');
    assert.equal(status, 0);
  });
});
