import type { Program } from '../../shared/command/program.ts';

/** What prints something for another machine, or for a person's shell, and not for a workflow. */
const elsewhere = new Set(['completion', 'keygen', 'template', 'user-data']);

/** The commands that the Action has: all that there are, but for those. */
export function actionProgram(program: Program): Program {
  return { ...program, commands: program.commands.filter(({ name }) => !elsewhere.has(name)) };
}
