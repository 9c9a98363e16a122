import { Command as CommanderCommand, CommanderError, Option as CommanderOption } from 'commander';
import { camelCase, commonOptions } from './options.ts';
import type { Command, Option, OptionValues } from './spec.ts';

export interface Program {
  name: string;
  version: string;
  summary: string;
  commands: Command[];
}

/** What the command line asks for. */
export interface Invocation {
  command: Command;
  args: string[];
  options: OptionValues;
}

export interface ParseOutput {
  out(text: string): void;
  error(text: string): void;
  columns: number | undefined;
}

/**
 * Reads a command line (without the program's own name).
 *
 * @returns what is asked for; or, when that was help, the version, or a mistake, which has been
 *   told already, the exit code
 */
export async function parseCommandLine(
  program: Program,
  argv: string[],
  env: Readonly<Record<string, string | undefined>>,
  output: ParseOutput,
): Promise<Invocation | number> {
  let invocation: Invocation | undefined;
  const root = new CommanderCommand(program.name)
    .description(program.summary)
    .version(`${program.name} ${program.version}`, '--version', 'print the version')
    .helpOption('--help', 'print this help')
    .configureHelp({ showGlobalOptions: true })
    .exitOverride()
    .configureOutput({
      writeOut: output.out,
      writeErr: output.error,
      getOutHelpWidth: () => output.columns ?? 80,
      getErrHelpWidth: () => output.columns ?? 80,
    });
  for (const option of commonOptions) root.addOption(commanderOption(option));
  for (const command of program.commands) {
    const sub = root.command(command.name).summary(command.summary);
    sub.description(
      `${command.summary}.${command.description ? `\n\n${command.description}` : ''}`,
    );
    sub.helpOption('--help', 'print this help');
    for (const { name, description, optional, choices, repeats } of command.arguments) {
      const usage = repeats ? `${name}...` : name;
      const argument = sub.createArgument(optional ? `[${usage}]` : `<${usage}>`, description);
      sub.addArgument(choices ? argument.choices(choices) : argument);
    }
    for (const option of command.options) sub.addOption(commanderOption(option));
    sub.action(() => {
      const options = withEnvironment(
        sub.optsWithGlobals(),
        [...commonOptions, ...command.options],
        env,
      );
      const args = sub.processedArgs.flat().filter((arg) => arg !== undefined);
      invocation = { command, args, options };
    });
  }
  try {
    await root.parseAsync(argv, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? 0 : 2;
  }
  return invocation ?? 2;
}

function commanderOption(option: Option): CommanderOption {
  const { name, value, env, choices, repeats } = option;
  const described = env ? `${option.description} (or ${env})` : option.description;
  const made = new CommanderOption(value ? `--${name} <${value}>` : `--${name}`, described);
  if (choices) made.choices(choices);
  if (option.default !== undefined) made.default(option.default);
  if (repeats)
    made.argParser((text: string, before: string[] | undefined) => [...(before ?? []), text]);
  return made;
}

function withEnvironment(
  given: OptionValues,
  options: Option[],
  env: Readonly<Record<string, string | undefined>>,
): OptionValues {
  const values: Record<string, OptionValues[string]> = { ...given };
  for (const option of options) {
    const key = camelCase(option.name);
    const variable = option.env ? env[option.env] : undefined;
    if (values[key] === undefined && variable) values[key] = variable;
  }
  return values;
}
