import { commonOptions } from '../../shared/command/options.ts';
import type { Argument, Command, Option } from '../../shared/command/spec.ts';

/** An input of the Action, as one command has it. */
export interface Input {
  /** As a workflow writes it: an option's name, or an argument's in lower case. */
  name: string;
  kind: 'argument' | 'switch' | 'value';
  /** Whether it takes several, one a line. */
  repeats: boolean;
  required: boolean;
  /** What the declaration says of it, with the choices and the default. */
  description: string;
}

/**
 * Options without an input. In a workflow nobody can be asked, so `yes` is always on; the document of
 * `json` is an output, and `log-level: error` is as quiet as `quiet`.
 */
const withoutInput = new Set(['yes', 'json', 'quiet']);

/** Whether the command would ask, on a terminal. */
export function asks(command: Command): boolean {
  return command.options.some(({ name }) => name === 'yes');
}

/** Of a command: its arguments, its own options, and those that every command has. */
export function inputsOf(command: Command): Input[] {
  const options = [...command.options, ...commonOptions];
  return [
    ...command.arguments.map(ofArgument),
    ...options.filter(({ name }) => !withoutInput.has(name)).map(ofOption),
  ];
}

function ofArgument(argument: Argument): Input {
  return {
    name: inputName(argument.name),
    kind: 'argument',
    repeats: argument.repeats === true,
    required: argument.optional !== true,
    description: describe(argument),
  };
}

function ofOption(option: Option): Input {
  return {
    name: option.name,
    kind: option.value ? 'value' : 'switch',
    repeats: option.repeats === true,
    required: false,
    description: describe(option),
  };
}

/** `destination` for DESTINATION; `image` for whatever is called by a name, such as NAME[:TAG|@DIGEST]. */
function inputName(usage: string): string {
  const word = /^[A-Z-]*/.exec(usage)?.[0].toLowerCase() ?? '';
  return word === 'name' ? 'image' : word;
}

/** As it holds in a workflow, which repeats no option, and pipes nothing. */
function describe(declared: Argument & Pick<Option, 'default' | 'env'>): string {
  const { choices, env } = declared;
  const description = declared.description
    .replace('may be repeated', 'one a line')
    .replace(' on stderr', ' in the log')
    .replace(/, ([^,]+), or - for std(?:in|out)(?: \([^)]*\))?/, ', or $1')
    .replace(' or - for stdout', '');
  return [
    description,
    ...(choices ? [`: ${choices.join(', ')}`] : []),
    ...(declared.default ? [`; ${declared.default} by default`] : []),
    ...(env ? [`; or ${env} in the environment`] : []),
  ].join('');
}
