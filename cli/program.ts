import { loadCommand } from '../shared/command/load.ts';
import type { Program } from '../shared/command/program.ts';
import { pullCommand } from '../shared/command/pull.ts';
import { version } from '../shared/version.ts';
import { completionCommand } from './commands/completion.ts';
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
import { templateCommand } from './commands/template.ts';
import { userDataCommand } from './commands/user-data.ts';

export const wherry: Program = {
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
    userDataCommand,
    templateCommand,
    doctorCommand,
    completionCommand(() => wherry),
  ],
};
