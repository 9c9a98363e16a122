import { closeSync, openSync, readFileSync, renameSync, writeFileSync, writeSync } from 'node:fs';

/** Lines that are out of date, beyond as many as are not, before the file is written anew. */
const SLACK = 10_000;

/**
 * A map that is kept in a file of JSON lines, one appended for each change: `[key, value]`, or
 * `[key]` for a deletion. Everything here is synchronous, so that checking a condition and
 * keeping its consequence is one step that no other request can come between. A process that
 * is killed loses at most the change it was writing.
 */
export class PersistentMap<Value> {
  readonly #path: string;
  readonly #values = new Map<string, Value>();
  #file: number;
  #lines = 0;

  constructor(path: string) {
    this.#path = path;
    this.#file = openSync(path, 'a');
    this.#load();
    this.#file = this.#rewrite();
  }

  get size(): number {
    return this.#values.size;
  }

  get(key: string): Value | undefined {
    return this.#values.get(key);
  }

  keys(): Iterable<string> {
    return this.#values.keys();
  }

  values(): Iterable<Value> {
    return this.#values.values();
  }

  set(key: string, value: Value): void {
    this.#append([[key, value]]);
    this.#values.set(key, value);
  }

  delete(...keys: string[]): void {
    this.#append(keys.map((key) => [key]));
    for (const key of keys) this.#values.delete(key);
  }

  close(): void {
    closeSync(this.#file);
  }

  #append(lines: readonly unknown[][]): void {
    writeSync(this.#file, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
    this.#lines += lines.length;
    if (this.#lines > 2 * this.#values.size + SLACK) this.#file = this.#rewrite();
  }

  #load(): void {
    const lines = readFileSync(this.#path, 'utf8').split('\n');
    // What follows the last line feed is a change that was not written whole.
    for (const line of lines.slice(0, -1)) {
      const [key, value]: [string, Value?] = JSON.parse(line);
      if (value === undefined) this.#values.delete(key);
      else this.#values.set(key, value);
    }
  }

  /** Gives the new file, with nothing in it that is out of date. */
  #rewrite(): number {
    const lines = [...this.#values].map((entry) => `${JSON.stringify(entry)}\n`);
    writeFileSync(`${this.#path}.new`, lines.join(''));
    renameSync(`${this.#path}.new`, this.#path);
    closeSync(this.#file);
    this.#lines = lines.length;
    return openSync(this.#path, 'a');
  }
}
