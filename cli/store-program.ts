import { loadCommand } from '../shared/command/load.ts';
import type { Program } from '../shared/command/program.ts';
import { pullCommand } from '../shared/command/pull.ts';
import { version } from '../shared/version.ts';
import { configCommand } from './commands/config.ts';
import { doctorCommand } from './commands/doctor.ts';
import { fleetCommand } from './commands/fleet.ts';
import { historyCommand } from './commands/history.ts';
import { inspectCommand } from './commands/inspect.ts';
import { lsCommand } from './commands/ls.ts';
import { promoteCommand } from './commands/promote.ts';
import { publishAgentCommand } from './commands/publish-agent.ts';
import { pushCommand } from './commands/push.ts';
import { rmCommand } from './commands/rm.ts';
import { rollbackCommand } from './commands/rollback.ts';
import { saveCommand } from './commands/save.ts';

/**
 * `wherry` without what only prints something, for another machine or for a person's shell. The GitHub
 * Action is this one: its bundle has nothing of the rest.
 */
export const storeProgram: Program = {
  name: 'wherry',
  version,
  summary: 'Delivers Docker images to machines that can reach nothing but S3',
  commands: [
    pushCommand,
    pullCommand,
    saveCommand,
    loadCommand,
    lsCommand,
    inspectCommand,
    historyCommand,
    promoteCommand,
    rollbackCommand,
    rmCommand,
    configCommand,
    fleetCommand,
    publishAgentCommand,
    doctorCommand,
  ],
};
