import { runProgram } from '../shared/command/run.ts';
import { wherry } from './program.ts';

await runProgram(wherry, process);
