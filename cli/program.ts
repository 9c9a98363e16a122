import type { Program } from '../shared/command/program.ts';
import { completionCommand } from './commands/completion.ts';
import { templateCommand } from './commands/template.ts';
import { userDataCommand } from './commands/user-data.ts';
import { storeProgram } from './store-program.ts';

export const wherry: Program = {
  ...storeProgram,
  commands: [
    ...storeProgram.commands,
    userDataCommand,
    templateCommand,
    completionCommand(() => wherry),
  ],
};
