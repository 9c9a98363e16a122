import { loadCommand } from '../shared/command/load.ts';
import type { Program } from '../shared/command/program.ts';
import { pullCommand } from '../shared/command/pull.ts';
import { version } from '../shared/version.ts';
import { doctorCommand } from './doctor/command.ts';
import { serveCommand } from './serve/command.ts';
import { statusCommand } from './status.ts';
import { watchCommand } from './watch/command.ts';

export const agent: Program = {
  name: 'wherry-agent',
  version,
  summary: 'Runs on an instance that can reach nothing but S3, and brings it its Docker images',
  commands: [pullCommand, loadCommand, watchCommand, statusCommand, doctorCommand, serveCommand],
};
