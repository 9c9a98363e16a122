import { keepCompiled } from '../shared/compile-cache.ts';

await keepCompiled(process.env);
const { runProgram } = await import('../shared/command/run.ts');
const { agent } = await import('./program.ts');
await runProgram(agent, process);
