import { wherry } from '../program.ts';
import { actionProgram } from './program.ts';
import { runAction } from './run.ts';

await runAction(actionProgram(wherry), process);
