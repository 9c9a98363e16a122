import type { Readable, Writable } from 'node:stream';
import type { Environment } from '../environment.ts';
import type { Report } from '../events.ts';

/**
 * A command as it is declared, once: parsing, help, the docs and completion all come from this.
 * `run` is given the arguments in order and the options by their names in camel case.
 */
export interface Command {
  name: string;
  /** One line for the list of commands. */
  summary: string;
  /** What the docs and `--help` say beyond the summary. */
  description?: string;
  arguments: Argument[];
  options: Option[];
  /** Command lines that the docs show. */
  examples: string[];
  /** What holds when it ends early before a tag was moved: what is left, and what the next run does. */
  leaves?: string;
  run(args: string[], options: OptionValues, context: CommandContext): Promise<Outcome>;
}

export interface Argument {
  /** As usage shows it: `IMAGE`. */
  name: string;
  description: string;
  optional?: boolean;
  /** May be given more than once; only the last one can. */
  repeats?: boolean;
  choices?: string[];
}

export interface Option {
  /** Without the dashes: `log-level`. */
  name: string;
  /** What its value is called: `URL`. A switch has none. */
  value?: string;
  description: string;
  /** The variable that stands in for it. */
  env?: string;
  default?: string;
  choices?: string[];
  /** May be given more than once; its value is then a list. */
  repeats?: boolean;
}

export type OptionValues = Readonly<Record<string, string | boolean | string[] | undefined>>;

/** What a command has of the world; nothing below the entry points reaches for more. */
export interface CommandContext {
  program: string;
  version: string;
  env: Environment;
  stdin: Readable & { isTTY?: boolean };
  stdout: Writable & { isTTY?: boolean };
  stderr: Writable & { isTTY?: boolean };
  report: Report;
  signal: AbortSignal;
  /** As kill(2): a negative number is a process group. Throws when there is no such process. */
  kill(pid: number, signal: NodeJS.Signals): void;
}

/** What a command has to say at its end. */
export interface Outcome {
  /** The one document of `--json`. */
  json: unknown;
  /** The same for people, of any origin: what of it would steer a terminal is printed as an escape. */
  text: string;
  /** Print it byte for byte: it is a document, or has nothing of others that is not escaped yet. */
  verbatim?: boolean;
  /** What is left of it with `--quiet`. */
  quiet?: string;
  /** Where what was found is no error, and yet not what a script hopes for; 0 when left out. */
  exitCode?: number;
}
