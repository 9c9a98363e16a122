import { usageError } from '../../shared/command/options.ts';
import { type Invocation, type Program, parseCommandLine } from '../../shared/command/program.ts';
import type { Command } from '../../shared/command/spec.ts';
import type { Environment } from '../../shared/environment.ts';
import { givenInputs } from './given.ts';
import { asks, type Input, inputsOf } from './inputs.ts';

/**
 * What the inputs ask for. They are checked against the command's declaration, then put together to
 * its command line, so that what is left to check and to fill in is done as it is there.
 *
 * @throws WherryError USAGE when an input is missing, wrong, or none of this command
 */
export async function readInvocation(program: Program, env: Environment): Promise<Invocation> {
  const given = givenInputs(env);
  const command = commandOf(program, given.get('command') ?? 'push');
  given.delete('command');
  const inputs = inputsOf(command);
  for (const name of given.keys()) checkKnown(name, command, program);
  if (env.RUNNER_DEBUG === '1' && !given.has('log-level')) given.set('log-level', 'debug');
  const argv = [
    command.name,
    ...(asks(command) ? ['--yes'] : []),
    ...inputs.flatMap((input) => optionWords(input, given.get(input.name))),
    '--',
    ...argumentWords(command, inputs, given),
  ];
  const said: string[] = [];
  const output = { out: () => {}, error: (text: string) => said.push(text), columns: undefined };
  const invocation = await parseCommandLine(program, argv, env, output);
  if (typeof invocation === 'object') return invocation;
  const message = said.join('').replace(/^error: /, '');
  throw usageError(message, seeInputs(command));
}

function commandOf({ commands }: Program, name: string): Command {
  const command = commands.find((each) => each.name === name);
  if (command) return command;
  const names = commands.map((each) => each.name).join(', ');
  throw usageError(`The Action has no command "${name}".`, `Its commands are ${names}.`);
}

function checkKnown(name: string, command: Command, { commands }: Program): void {
  const has = (each: Command) => inputsOf(each).some((input) => input.name === name);
  if (has(command)) return;
  const others = commands.filter(has).map((each) => each.name);
  throw usageError(
    others.length > 0
      ? `The command ${command.name} has no input "${name}"; ${others.join(', ')} has it.`
      : `There is no input "${name}". A variable INPUT_${name.toUpperCase()} counts as one, too.`,
    seeInputs(command),
  );
}

function seeInputs(command: Command): string {
  const names = inputsOf(command).map(({ name }) => name);
  return `The inputs of ${command.name} are ${names.join(', ')}.`;
}

function optionWords({ kind, name, repeats }: Input, text: string | undefined): string[] {
  if (text === undefined || kind === 'argument') return [];
  if (kind === 'switch') return isOn(name, text) ? [`--${name}`] : [];
  return linesOf(text, repeats).map((value) => `--${name}=${checkPiped(name, value)}`);
}

function argumentWords(command: Command, inputs: Input[], given: Map<string, string>): string[] {
  const words: string[] = [];
  let left: string | undefined;
  for (const { kind, name, required, repeats } of inputs) {
    if (kind !== 'argument') continue;
    const text = given.get(name);
    if (text === undefined) {
      if (required) throw usageError(`The input "${name}" is missing.`, seeInputs(command));
      left ??= name;
    } else if (left !== undefined) {
      throw usageError(`The input "${name}" needs "${left}", too.`, seeInputs(command));
    } else {
      words.push(...linesOf(text, repeats).map((value) => checkPiped(name, value)));
    }
  }
  return words;
}

function linesOf(text: string, repeats: boolean): string[] {
  const lines = text.split('\n').map((line) => line.trim());
  return repeats ? lines.filter((line) => line !== '') : [text];
}

/** As YAML 1.2 writes them (core schema), which is what GitHub's own Actions take. */
function isOn(name: string, text: string): boolean {
  if (/^(?:true|True|TRUE)$/.test(text)) return true;
  if (/^(?:false|False|FALSE)$/.test(text)) return false;
  throw usageError(`The input "${name}" is neither true nor false: "${text}".`, 'Write true.');
}

/** stdin and stdout are the runner's in a workflow. */
function checkPiped(name: string, value: string): string {
  if (value !== '-') return value;
  throw usageError(
    `The input "${name}" is -, and an Action has neither stdin nor stdout.`,
    'Name a file; or run wherry in a run: step.',
  );
}
