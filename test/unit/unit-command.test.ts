import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { agentUnit } from '../../cli/boot/unit.ts';
import { readUnitCommand } from '../../shared/command/unit-command.ts';
import { isWherryError } from '../../shared/error.ts';

/** Any text that a unit can hold. */
const word = fc
  .string({ unit: fc.constantFrom(...'ab -=\'"\\%$\n\r\té☃') })
  .filter((text) => !text.includes('\0'));

test('what was written into a unit is read out of it', () => {
  fc.assert(
    fc.property(fc.array(word), (args) => {
      const [program, ...read] = readUnitCommand(agentUnit(args, 300_000)) ?? [];
      assert.equal(program, '/usr/local/bin/wherry-agent');
      assert.deepEqual(read, args);
    }),
  );
});

test('a unit can be read that somebody wrote by hand', () => {
  for (const [unit, words] of [
    ['ExecStart=/opt/agent watch a:1', ['/opt/agent', 'watch', 'a:1']],
    ["ExecStart=agent 'it is' --store='s3://a b'", ['agent', 'it is', '--store=s3://a b']],
    ['ExecStart=agent watch \\\n  a:1\nRestart=always', ['agent', 'watch', 'a:1']],
    ['ExecStart=first\nExecStart=\nExecStart=last "%H"', ['last', '%H']],
    ['[Service]\nType=notify\n', undefined],
    ['ExecStart=', undefined],
  ] as const) {
    assert.deepEqual(readUnitCommand(unit), words, unit);
  }
});

test('what a unit cannot hold is refused', () => {
  assert.throws(
    () => agentUnit(['a\u0007b'], 0),
    (error) => isWherryError(error, 'USAGE'),
  );
});
