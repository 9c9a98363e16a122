import { storeProgram } from '../store-program.ts';
import { runAction } from './run.ts';

await runAction(storeProgram, process);
