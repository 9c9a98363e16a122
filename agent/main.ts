import { runProgram } from '../shared/command/run.ts';
import { agent } from './program.ts';

await runProgram(agent, process);
