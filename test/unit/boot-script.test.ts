import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import type { Place } from '../../cli/boot/place.ts';
import { quoteForShell } from '../../cli/boot/quote.ts';
import { type BootScript, bootScript } from '../../cli/boot/script.ts';
import { agentUnit } from '../../cli/boot/unit.ts';

function at(place: Partial<Place>): Place {
  return {
    url: 's3://images/team',
    location: { kind: 's3', bucket: 'images', path: 'team' },
    region: undefined,
    endpointUrl: undefined,
    dualStack: false,
    ...place,
  };
}

/** What the script's functions do, given values and no machine to change. */
function call(functions: string, boot: Partial<BootScript> = {}, env = {}): string {
  const executable = { key: 'team/agent', plain: 'p', packed: 'q' };
  const script = bootScript({
    version: '1.2.3',
    place: at({}),
    executables: { x86_64: executable, aarch64: executable },
    unit: agentUnit(['watch'], 300_000),
    ...boot,
  });
  const [definitions] = script.split('\nchanged=\n');
  const command = ['-c', `${definitions}\n${functions}`];
  const { stdout, stderr } = spawnSync('sh', command, {
    encoding: 'utf8',
    env: { PATH: process.env.PATH, ...env },
  });
  return `${stdout}${stderr}`;
}

test('the address of an object, in every kind of place', () => {
  const cases: [Partial<Place>, string][] = [
    [{ region: 'eu-west-3' }, 'https://s3.eu-west-3.amazonaws.com/images/team/agent'],
    [{ region: 'cn-north-1' }, 'https://s3.cn-north-1.amazonaws.com.cn/images/team/agent'],
    [{ region: 'eusc-de-east-1' }, 'https://s3.eusc-de-east-1.amazonaws.eu/images/team/agent'],
    [
      { region: 'eu-west-3', dualStack: true },
      'https://s3.dualstack.eu-west-3.amazonaws.com/images/team/agent',
    ],
    [{ endpointUrl: 'http://h:1/p' }, 'http://h:1/p/images/team/agent'],
  ];
  for (const [place, url] of cases) {
    assert.equal(call('find_region; address', { place: at(place) }), `${url}\n`);
  }
});

test('credentials are read from what the metadata service answers', () => {
  const answer = JSON.stringify(
    { Code: 'Success', AccessKeyId: 'ASIA', SecretAccessKey: 'a/b+c', Token: 't/+==' },
    null,
    2,
  );
  const functions =
    'credentials=$(printenv ANSWER); ' +
    'echo "$(field AccessKeyId) $(field SecretAccessKey) $(field Token)"';
  for (const text of [answer, JSON.stringify(JSON.parse(answer))]) {
    assert.equal(call(functions, {}, { ANSWER: text }), 'ASIA a/b+c t/+==\n');
  }
});

test('a machine of another kind is told so, and nothing is done', () => {
  const executables = { riscv64: { key: 'k', plain: 'p', packed: 'q' } };
  assert.match(
    call('echo went on', { executables }),
    /^wherry: this script brings no agent for \S+\n$/,
  );
});

test('on Amazon Linux Docker comes from its repositories, elsewhere it must be there', () => {
  const commands =
    'has() { false; }; dnf() { echo "dnf $*"; }; systemctl() { echo "systemctl $*"; }';
  assert.equal(
    call(`${commands}; install_docker amzn`),
    "wherry: installing Docker from Amazon Linux's repositories, which are in S3\n" +
      'dnf --assumeyes --quiet install docker\nsystemctl enable --now docker\n',
  );
  assert.match(
    call(`${commands}; install_docker ubuntu`),
    /\(ubuntu\) are not in S3, .* machine image/,
  );
});

test('any text is one word of the shell', () => {
  for (const text of ["it's", '$HOME `id` "x" \\', 'a\nb', '', "'", '-n', '*']) {
    const { stdout } = spawnSync('sh', ['-c', `printf '%s' ${quoteForShell(text)}`]);
    assert.equal(stdout.toString(), text);
  }
});
