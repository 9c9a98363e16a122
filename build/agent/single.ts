import { agent } from '../../agent/program.ts';
import { runProgram } from '../../shared/command/run.ts';

// A script inside an executable is CommonJS, which awaits nothing at its top; and its Node is the right
// one.
void runProgram(agent, process);
