import { keepCompiled } from '../shared/compile-cache.ts';

await keepCompiled(process.env);
const { runProgram } = await import('../shared/command/run.ts');
const { wherry } = await import('./program.ts');
await runProgram(wherry, process);
