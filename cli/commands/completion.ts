import type { Program } from '../../shared/command/program.ts';
import type { Command } from '../../shared/command/spec.ts';
import { bashCompletion } from '../completion/bash.ts';
import { fishCompletion } from '../completion/fish.ts';
import { zshCompletion } from '../completion/zsh.ts';

const shells: Record<string, (program: Program) => string> = {
  bash: bashCompletion,
  zsh: zshCompletion,
  fish: fishCompletion,
};

/** @param program asked for when it runs, for the program has this command in its own list */
export function completionCommand(program: () => Program): Command {
  return {
    name: 'completion',
    summary: 'Print a completion script for a shell',
    arguments: [{ name: 'SHELL', description: 'whose script', choices: Object.keys(shells) }],
    options: [],
    examples: ['source <(wherry completion bash)', 'wherry completion fish | source'],
    async run([shell = '']) {
      const script = shells[shell]?.(program()) ?? '';
      return { json: { shell, script }, text: script, verbatim: true };
    },
  };
}
