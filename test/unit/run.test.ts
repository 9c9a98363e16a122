import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import { runProgram } from '../../shared/command/run.ts';
import type { Outcome } from '../../shared/command/spec.ts';

const foreign = 'a\u001b[2J\u202e\tb\r\nc';
const escaped = 'a\\u001b[2J\\u202e\tb\\u000d\nc';

/** What a program prints whose one command, `tell`, has this to say. */
async function printed(outcome: Omit<Outcome, 'json'>, ...args: string[]) {
  const [stdout, stderr] = [1, 2].map(() => new PassThrough({ encoding: 'utf8' }));
  assert.ok(stdout && stderr);
  const run = async () => ({ json: foreign, ...outcome });
  const tell = { name: 'tell', summary: 'Tell', arguments: [], options: [], examples: [], run };
  const program = { name: 'teller', version: '1.0.0', summary: 'Tells', commands: [tell] };
  await runProgram(program, {
    argv: ['node', 'teller', ...args],
    env: {},
    stdin: new PassThrough(),
    stdout,
    stderr,
    on: () => {},
    exit: () => {},
    kill: () => {},
  });
  return { stdout: stdout.read(), stderr: stderr.read() };
}

test('what a command says is printed so that it steers no terminal', async () => {
  assert.equal((await printed({ text: foreign }, 'tell')).stdout, `${escaped}\n`);
  const quiet = await printed({ text: '', quiet: foreign }, 'tell', '--quiet');
  assert.equal(quiet.stdout, `${escaped}\n`);
});

test('a document is printed byte for byte, and --json is JSON', async () => {
  const document = await printed({ text: foreign, verbatim: true }, 'tell');
  assert.equal(document.stdout, `${foreign}\n`);
  const json = await printed({ text: foreign }, 'tell', '--json');
  assert.equal(json.stdout, `${JSON.stringify(foreign)}\n`);
});

test('nor does what is wrong with a command line', async () => {
  const { stderr } = await printed({ text: '' }, `tel${foreign}`);
  assert.match(stderr, /unknown command 'tela\\u001b\[2J/);
  assert.doesNotMatch(stderr, /(?![\t\n])[\p{Cc}\u202e]/u);
});
