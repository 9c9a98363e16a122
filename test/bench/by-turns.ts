import { runTimed } from './memory/measured.ts';

/** Runs Node with each of these arguments by turns, and gives the median of each: seconds. */
export async function timeByTurns<Name extends string>(
  rounds: number,
  env: Record<string, string>,
  runs: Record<Name, (round: number) => string[]>,
): Promise<Record<Name, number>> {
  const names = Object.keys(runs) as Name[];
  const seconds = names.map((): number[] => []);
  for (let round = 0; round < rounds; round++) {
    for (const [at, name] of names.entries()) {
      seconds[at]?.push(await timeNode(runs[name](round), env));
    }
  }
  const medians = names.map((name, at) => [name, median(seconds[at] ?? [])]);
  return Object.fromEntries(medians) as Record<Name, number>;
}

/** Seconds that Node takes with these arguments. */
export async function timeNode(
  args: string[],
  env: Record<string, string>,
  input?: AsyncIterable<Buffer>,
): Promise<number> {
  return (await runTimed([process.execPath, ...args], { env, ...(input && { input }) })).seconds;
}

export function milliseconds(seconds: number): string {
  return `${(seconds * 1000).toFixed(0)} ms`;
}

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[values.length >> 1] ?? 0;
}
