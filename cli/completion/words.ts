import { commonOptions } from '../../shared/command/options.ts';
import type { Program } from '../../shared/command/program.ts';
import type { Command, Option } from '../../shared/command/spec.ts';

/** What a shell can offer for one command. */
export interface CommandWords {
  name: string;
  summary: string;
  options: Option[];
  /** Words for the first argument, where it has a fixed set. */
  choices: string[];
}

export function wordsOf(program: Program): CommandWords[] {
  return program.commands.map((command: Command) => ({
    name: command.name,
    summary: command.summary,
    options: [...command.options, ...commonOptions],
    choices: command.arguments[0]?.choices ?? [],
  }));
}

/** For single quotes in sh, and in fish: neither has an escape inside that both know. */
export function quote(text: string): string {
  return `'${text.replaceAll("'", '’')}'`;
}
