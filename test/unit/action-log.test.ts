import assert from 'node:assert/strict';
import { Writable } from 'node:stream';
import { suite, test } from 'node:test';
import { MovedTags } from '../../cli/action/moved-tags.ts';
import { outputsOf } from '../../cli/action/outputs.ts';
import { secretsIn } from '../../cli/action/secrets.ts';
import { workflowLog } from '../../cli/action/workflow-log.ts';
import { pushCommand } from '../../cli/commands/push.ts';
import { digestOf } from '../../shared/digest.ts';
import { printable } from '../../shared/report/format.ts';
import { readRunnerLog } from '../github/runner-log.ts';

function written(write: (log: ReturnType<typeof workflowLog>) => void) {
  let stdout = '';
  const stream = new Writable({
    write(piece, _encoding, done) {
      stdout += piece;
      done();
    },
  });
  write(workflowLog(stream));
  return { stdout, ...readRunnerLog(stdout) };
}

suite('what the Action says to the runner', () => {
  const hostile = [
    '::set-output name=digest::forged',
    '  ::add-mask::a',
    '\t::error::forged',
    '\u0085 ::error::forged',
    '\u200b\u00ad::error::forged',
    'text ##[set-env name=PATH]/tmp',
    '::stop-commands::x',
    '##[group]open',
  ];
  for (const line of hostile) {
    test(`text is no command: ${JSON.stringify(line)}`, () => {
      for (const separator of ['\n', '\r', '\r\n']) {
        const { lines, others, masks, groups, annotations } = written((log) => {
          log.text(`before${separator}${line}${separator}after`);
          log.annotate('notice', 'later', 'still works');
        });
        assert.deepEqual([others, masks, groups], [[], [], []]);
        assert.deepEqual(lines.slice(0, 3), ['before', printable(line), 'after']);
        assert.equal(annotations.length, 1);
      }
    });
  }

  test('annotations keep every character, and titles too', () => {
    const text = '100% of a:b, c\n::error::no %0A yes';
    const { annotations } = written((log) => log.annotate('error', text, text));
    assert.deepEqual(annotations, [{ level: 'error', title: text, text }]);
  });

  test('nothing that is told steers whoever looks at the log', () => {
    const { stdout } = written((log) => {
      log.text('a\u001b[2J');
      log.group('b\u202e');
      log.annotate('error', 'c\u009b', 'd\r');
      log.endGroup();
    });
    const told = ['a\\u001b[2J', '::group::b\\u202e', '::error title=c\\u009b::d\\u000d'];
    assert.deepEqual(stdout.split('\n'), [...told, '::endgroup::', '']);
  });

  test('a group ends where the next one begins', () => {
    const { groups } = written((log) => {
      log.group('one');
      log.group('two\n::error::x');
      log.endGroup();
      log.endGroup();
    });
    assert.deepEqual(groups, ['one', 'two\n::error::x']);
  });

  test('secrets are those that nobody else masks, each line of them', () => {
    const found = secretsIn({
      AWS_ACCESS_KEY_ID: 'AKIAEXAMPLE',
      AWS_SECRET_ACCESS_KEY: 'one+line/\nanother',
      AWS_SESSION_TOKEN: '',
      AWS_REGION: 'eu-west-1',
      DOCKER_HOST: 'tcp://10.0.0.1:2376',
      HTTPS_PROXY: 'http://user:p%40ssword@proxy:3128',
      'INPUT_ENDPOINT-URL': 'https://key:sesame@s3.example.com',
      OTHER: 'http://a:b@c',
      PROXIES: 'http://me@corp:op@en:ses@one:3128,ssh://me@two:22/a@b',
    });
    assert.deepEqual(
      found.sort(),
      [
        'AKIAEXAMPLE',
        'another',
        'one+line/',
        'p%40ssword',
        'p@ssword',
        'sesame',
        'op@en:ses',
      ].sort(),
    );
  });
});

suite('what the Action says of tags when it ends early', () => {
  const digest = digestOf(Buffer.from('image'));
  type State = 'moving' | 'moved' | 'refused';
  const seen = (target: typeof digest | undefined, states: State[]) => {
    const tags = new MovedTags();
    for (const state of states) {
      tags.see({ type: 'tag', reference: 'api:1', digest: target, state });
    }
    return tags.describe(pushCommand);
  };
  const see = (...states: State[]) => seen(digest, states);

  test('none, that one may have, or that it has moved', () => {
    assert.match(see() ?? '', /^No tag was moved\. .* the next push sends only the rest\.$/);
    assert.match(see('moving', 'refused') ?? '', /^No tag was moved\./);
    assert.equal(
      see('moving'),
      `api:1 may point to ${digest} now: that was under way. No other tag was moved.`,
    );
    assert.equal(see('moving', 'moved'), `api:1 points to ${digest} now. No other tag was moved.`);
    assert.match(seen(undefined, ['moving']) ?? '', /^api:1 may be removed now: /);
    assert.match(seen(undefined, ['moving', 'moved']) ?? '', /^api:1 is removed now\./);
  });
});

suite('outputs', () => {
  test('are those that the document has', () => {
    const json = { digest: 'sha256:1', platforms: ['linux/amd64', 'linux/arm64'], bytes: {} };
    assert.deepEqual(Object.fromEntries(outputsOf(json)), {
      digest: 'sha256:1',
      platforms: 'linux/amd64,linux/arm64',
      json: JSON.stringify(json),
    });
    assert.deepEqual([...outputsOf(['a'])], [['json', '["a"]']]);
  });

  test('leave out a document that is too large for GitHub', () => {
    assert.deepEqual([...outputsOf(['a'.repeat(600_000)]).keys()], []);
  });
});
