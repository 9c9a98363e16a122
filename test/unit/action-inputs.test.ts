import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { inputsOf } from '../../cli/action/inputs.ts';
import { readInvocation } from '../../cli/action/invocation.ts';
import { storeProgram as program } from '../../cli/store-program.ts';
import type { Command } from '../../shared/command/spec.ts';

function read(inputs: Record<string, string>, env: Record<string, string> = {}) {
  const variables = Object.entries(inputs).map(([name, value]) => [
    `INPUT_${name.toUpperCase()}`,
    value,
  ]);
  return readInvocation(program, { ...env, ...Object.fromEntries(variables) });
}

/** A command that would ask, with arguments of every kind. */
const asking: Command = {
  name: 'ask',
  summary: 'Ask',
  arguments: [
    { name: 'SOURCE', description: 'first' },
    { name: 'NAME:TAG', description: 'the rest', optional: true, repeats: true },
  ],
  options: [
    { name: 'yes', description: 'do not ask' },
    { name: 'dry-run', description: 'do nothing' },
  ],
  examples: [],
  run: async () => ({ json: {}, text: '' }),
};

suite("the Action's inputs", () => {
  test('no command has two of one name, and each has a plain one', () => {
    for (const command of program.commands) {
      const names = inputsOf(command).map(({ name }) => name);
      assert.deepEqual([...new Set(names)], names, command.name);
      for (const name of names) assert.match(name, /^[a-z][a-z0-9-]*$/);
      assert.ok(!names.includes('command'));
    }
  });

  test('are described as they hold in a workflow', () => {
    const all = program.commands.flatMap((command) =>
      inputsOf(command).map(({ name, description }) => [`${command.name} ${name}`, description]),
    );
    const described: Record<string, string> = Object.fromEntries(all);
    assert.match(described['push input'] ?? '', /\(docker save, OCI\), or an OCI layout folder$/);
    assert.match(described['load source'] ?? '', /^s3:\/\/bucket\/key, or a path$/);
    assert.match(described['pull output'] ?? '', /, to a file, and use no engine$/);
    for (const [input, text] of all)
      assert.doesNotMatch(text ?? '', /\bstd(?:in|out|err)\b/, input);
  });

  test('make the same invocation as the command line', async () => {
    const { command, args, options } = await read(
      {
        command: 'push',
        image: ' api:1 ',
        as: 'api:2\n  api:latest\n\n',
        add: 'true',
        replace: 'false',
        region: '',
        'log-level': 'debug',
      },
      { WHERRY_STORE: 's3://b/p' },
    );
    assert.equal(command.name, 'push');
    assert.deepEqual(args, ['api:1']);
    assert.deepEqual(options, {
      as: ['api:2', 'api:latest'],
      add: true,
      logLevel: 'debug',
      store: 's3://b/p',
    });
  });

  test('push without a command, and a value that looks like an option', async () => {
    const { command, args, options } = await read({ image: '--help', note: '--yes' });
    assert.equal(command.name, 'push');
    assert.deepEqual(args, ['--help']);
    assert.equal(options.note, '--yes');
  });

  test('what would ask is told yes; arguments are lines in order', async () => {
    const env = { INPUT_COMMAND: 'ask', INPUT_SOURCE: 'a b', INPUT_IMAGE: 'c\nd' };
    const { args, options } = await readInvocation({ ...program, commands: [asking] }, env);
    assert.deepEqual(args, ['a b', 'c', 'd']);
    assert.equal(options.yes, true);
  });

  test('RUNNER_DEBUG tells more, unless the level is given', async () => {
    const debug = { RUNNER_DEBUG: '1' };
    assert.equal((await read({ image: 'a' }, debug)).options.logLevel, 'debug');
    assert.equal(
      (await read({ image: 'a', 'log-level': 'error' }, debug)).options.logLevel,
      'error',
    );
    assert.equal((await read({ image: 'a' })).options.logLevel, 'info');
  });

  const mistakes: [string, Record<string, string>, RegExp][] = [
    ['an unknown command', { command: 'pusch' }, /no command "pusch"/],
    ['a command that is not for workflows', { command: 'completion' }, /no command "completion"/],
    ['an input of another command', { image: 'a', full: 'true' }, /push has no input "full"; pull/],
    ['a mistyped input', { image: 'a', expct: 'none' }, /no input "expct"/],
    ['an option without an input', { image: 'a', json: 'true' }, /no input "json"/],
    ['a missing argument', { command: 'save', image: 'a' }, /"destination" is missing/],
    ['a switch that is neither', { image: 'a', add: 'yes' }, /neither true nor false/],
    ['a choice that is none', { image: 'a', 'log-level': 'loud' }, /Allowed choices are error/],
    ['stdin', { image: 'a', input: '-' }, /neither stdin nor stdout/],
    ['stdout', { command: 'save', image: 'a', destination: '-' }, /neither stdin nor stdout/],
  ];
  for (const [name, inputs, message] of mistakes) {
    test(`${name} is refused`, async () => {
      await assert.rejects(
        read(inputs),
        (error: { code: string; message: string; hint: string }) => {
          assert.equal(error.code, 'USAGE');
          assert.match(error.message, message);
          assert.ok(error.hint);
          return true;
        },
      );
    });
  }

  test('a later argument is nothing without the one before', async () => {
    const optional = asking.arguments.map((each) => ({ ...each, optional: true }));
    const commands = [{ ...asking, arguments: optional }];
    const env = { INPUT_COMMAND: 'ask', INPUT_IMAGE: 'c' };
    await assert.rejects(readInvocation({ ...program, commands }, env), /needs "source", too/);
  });
});
