import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { agent } from '../../agent/program.ts';
import { bashCompletion } from '../../cli/completion/bash.ts';
import { fishCompletion } from '../../cli/completion/fish.ts';
import { zshCompletion } from '../../cli/completion/zsh.ts';
import { wherry } from '../../cli/program.ts';
import { type Invocation, type Program, parseCommandLine } from '../../shared/command/program.ts';

const root = join(import.meta.dirname, '../..');

async function parse(program: Program, line: string, env: Record<string, string> = {}) {
  const said = { out: '', error: '' };
  const result = await parseCommandLine(program, line.split(/\s+/), env, {
    out: (text) => {
      said.out += text;
    },
    error: (text) => {
      said.error += text;
    },
    columns: 80,
  });
  return { result, ...said };
}

const invocation = async (line: string, env?: Record<string, string>) =>
  (await parse(wherry, line, env)).result as Invocation;

suite('the command line', () => {
  test('options go before and after the command, and may repeat where they say so', async () => {
    const { command, args, options } = await invocation(
      '--json push api:1 --as a:1 --store s3://b/p --as b:1 --region eu-west-1',
    );
    assert.equal(command.name, 'push');
    assert.deepEqual(args, ['api:1']);
    assert.deepEqual(options.as, ['a:1', 'b:1']);
    assert.equal(options.store, 's3://b/p');
    assert.equal(options.region, 'eu-west-1');
    assert.equal(options.json, true);
    assert.equal(options.logLevel, 'info');
  });

  test('a variable stands in for an option, which goes before it', async () => {
    const env = { WHERRY_STORE: 's3://from-env' };
    assert.equal((await invocation('ls', env)).options.store, 's3://from-env');
    assert.equal((await invocation('ls --store /x', env)).options.store, '/x');
  });

  test('help and version are no mistakes; the rest is', async () => {
    assert.equal((await parse(wherry, '--version')).result, 0);
    assert.match((await parse(wherry, '--version')).out, /^wherry \d+\.\d+\.\d+\n$/);
    assert.equal((await parse(wherry, 'push --help')).result, 0);
    assert.equal((await parse(wherry, 'help push')).result, 0);
    const wrong = await parse(wherry, 'pul');
    assert.equal(wrong.result, 2);
    assert.match(wrong.error, /Did you mean pull\?/);
    assert.equal((await parse(wherry, 'push a b')).result, 2);
  });

  test('every example in the declarations is a command line', async () => {
    for (const program of [wherry, agent]) {
      for (const { examples, name } of program.commands) {
        assert.ok(examples.length > 0, name);
        for (const example of examples) {
          const found = /\bwherry ([^|)]+)/.exec(example);
          assert.ok(found, example);
          const { result, error } = await parse(program, (found[1] ?? '').trim());
          assert.equal(typeof result, 'object', `${example}: ${error}`);
        }
      }
    }
  });
});

suite('completion', () => {
  const installed = (shell: string) => spawnSync(shell, ['-c', 'true']).status === 0;

  test('bash completes commands, options and their values', { skip: !installed('bash') }, () => {
    const complete = (...words: string[]) => {
      const script = `${bashCompletion(wherry)}\nCOMP_WORDS=(${words.join(' ')})\nCOMP_CWORD=${words.length - 1}\n_wherry\necho "\${COMPREPLY[@]}"`;
      return spawnSync('bash', ['-c', script], { encoding: 'utf8' }).stdout.trim().split(' ');
    };
    assert.deepEqual(complete('wherry', 'pul'), ['pull']);
    assert.deepEqual(complete('wherry', 'push', '--im'), ['--immutable']);
    assert.deepEqual(complete('wherry', 'push', '--log-level', 'd'), ['debug']);
    assert.deepEqual(complete('wherry', 'completion', 'z'), ['zsh']);
  });

  for (const [shell, script] of [
    ['zsh', zshCompletion(wherry)],
    ['fish', fishCompletion(wherry)],
  ] as const) {
    test(`${shell} names every command and every option`, () => {
      for (const { name, options } of wherry.commands) {
        assert.ok(script.includes(name));
        for (const option of options) assert.ok(script.includes(option.name), option.name);
      }
    });
    test(`${shell} can read it`, {
      skip: installed(shell) ? false : `LEFT OUT: no ${shell}`,
    }, () => {
      const { status, stderr } = spawnSync(shell, ['-n'], { input: script, encoding: 'utf8' });
      assert.equal(status, 0, stderr);
    });
  }
});

suite('a Node that is too old', () => {
  for (const [program, path] of [
    ['wherry', 'cli/wherry.js'],
    ['wherry-agent', 'agent/wherry-agent.js'],
  ] as const) {
    test(`${program} says so plainly`, () => {
      const script = `Object.defineProperty(process, 'versions', { value: { node: '20.19.0' } });
        await import(${JSON.stringify(join(root, path))});`;
      const found = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
        encoding: 'utf8',
      });
      assert.equal(found.status, 1);
      assert.match(
        found.stderr,
        new RegExp(`^error \\(local\\): ${program} needs Node 22\\.18 or newer`),
      );
    });
  }
});
