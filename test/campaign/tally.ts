import type { S3Server } from '../s3/server.ts';
import { operationBudget } from './budget.ts';
import type { Operation, Outcome } from './operation.ts';
import { storeAt } from './places.ts';
import type { Batch } from './plan.ts';

/** How operations end, by their exit codes, in the order of the table. */
const endings: Record<string, string> = {
  0: 'done',
  3: 'not found',
  4: 'corrupt',
  6: 'conflict',
  8: 'network',
  130: 'interrupted',
  killed: 'killed',
};

/** The figures of a campaign. */
export class Tally {
  operations = 0;
  kills = 0;
  requests = 0;
  /** How often each kind of fault struck a request. */
  readonly #struck = new Map<string, number>();
  /** Seconds of the operation that took longest. */
  slowest = 0;
  /** By kind of operation and ending. */
  readonly #ends = new Map<string, Map<string, number>>();
  readonly #start = performance.now();
  #seconds = 0;

  /** Takes the faults' counts from the server, whose rules must still be the batch's. */
  add({ phase, operations }: Batch, outcomes: Outcome[], server: S3Server): void {
    this.operations += operations.length;
    this.requests += server.requests.count();
    phase.faults.forEach(({ kind }, index) => {
      add(this.#struck, kind, server.faults.struck[index] ?? 0);
    });
    for (const { operation, code, seconds } of outcomes) {
      const kind = kindOf(operation);
      const ends = this.#ends.get(kind) ?? new Map<string, number>();
      const ending = typeof code === 'number' ? (endings[code] ?? `code ${code}`) : 'killed';
      this.#ends.set(kind, ends);
      add(ends, ending, 1);
      if (typeof code !== 'number' || code === 130) this.kills++;
      this.slowest = Math.max(this.slowest, seconds);
    }
  }

  /** How many operations ended so, such as `done`. */
  ended(ending: string): number {
    return [...this.#ends.values()].reduce((sum, ends) => sum + (ends.get(ending) ?? 0), 0);
  }

  /** The kinds of operations that there were. */
  get kinds(): string[] {
    return [...this.#ends.keys()];
  }

  /** How often a request was struck. */
  get faults(): number {
    return sum(this.#struck);
  }

  end(): void {
    this.#seconds = (performance.now() - this.#start) / 1000;
  }

  /** Where the campaign is, in a line. */
  line(): string {
    const done = `${this.operations} operations, ${this.ended('done')} done`;
    return `${done}; ${this.faults} faults, ${this.kills} kills`;
  }

  /** Tables in Markdown. */
  page(): string {
    const columns = [...new Set([...Object.values(endings), ...this.#endings()])];
    const rows = [...this.#ends].sort(([a], [b]) => a.localeCompare(b));
    const struck = [...this.#struck].sort(([, a], [, b]) => b - a);
    return [
      table([
        ['', 'all', ...columns],
        ...rows.map(([kind, ends]) => [
          kind,
          `${sum(ends)}`,
          ...columns.map((ending) => `${ends.get(ending) ?? 0}`),
        ]),
      ]),
      table([['fault', 'requests struck'], ...struck.map(([kind, count]) => [kind, `${count}`])]),
      table([
        ['', ''],
        ['operations', `${this.operations}`],
        ['programs killed or interrupted', `${this.kills}`],
        ['requests', `${this.requests}`],
        ['requests struck by a fault', `${this.faults}`],
        ['slowest operation', `${this.slowest.toFixed(1)} s of ${operationBudget / 1000} s`],
        ['in all', `${(this.#seconds / 60).toFixed(1)} min`],
      ]),
    ].join('\n');
  }

  #endings(): string[] {
    return [...this.#ends.values()].flatMap((ends) => [...ends.keys()]);
  }
}

function kindOf(operation: Operation): string {
  switch (operation.kind) {
    case 'push':
      return operation.from === 'engine' ? 'push from the engine' : 'push of an archive';
    case 'pull':
      return operation.into === 'engine' ? 'pull into the engine' : 'pull into an archive';
    case 'promote': {
      const [source, target] = [operation.source, ...operation.places].map(storeAt);
      if (source === target) return 'promotion within a store';
      return operation.carried ? 'promotion between stores, carried' : 'promotion between stores';
    }
    case 'rollback':
      return 'rollback';
    case 'remove':
      return 'removal';
  }
}

function add(counts: Map<string, number>, name: string, count: number): void {
  counts.set(name, (counts.get(name) ?? 0) + count);
}

function sum(counts: Map<string, number>): number {
  return [...counts.values()].reduce((total, count) => total + count, 0);
}

function table([head = [], ...rows]: string[][]): string {
  const line = (cells: string[]) => `| ${cells.join(' | ')} |\n`;
  return [head, head.map(() => '---'), ...rows].map(line).join('');
}
