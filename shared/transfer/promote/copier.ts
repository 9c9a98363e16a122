import { type ErrorCode, isWherryError, throwIfAborted, type WherryError } from '../../error.ts';
import type { Report } from '../../events.ts';
import type { Store } from '../../store/store.ts';
import { Window } from '../window.ts';
import type { MissingPart } from './missing.ts';

/** Bytes that are carried at once, counted as the larger of stored and plain: as a push has them. */
const windowSize = 16 * 1024 * 1024;

/** Errors of a copy that carrying the object would not avoid. */
const unrelated: ReadonlySet<ErrorCode> = new Set([
  'INTERRUPTED',
  'NO_CREDENTIALS',
  'SLOW_DOWN',
  'UNAVAILABLE',
]);

export interface CopierOptions {
  source: Store;
  target: Store;
  /** Whether the service that keeps both can make copies itself. */
  serverSide: boolean;
  report: Report;
  signal?: AbortSignal | undefined;
}

/** Copies objects from one store to another, many at once. */
export class Copier {
  /** Objects that are in the target by now, and those of them that came through this machine. */
  readonly count = { copied: 0, carried: 0 };
  readonly bytes = { copied: 0, carried: 0 };
  readonly #options: CopierOptions;
  readonly #window = new Window(windowSize);
  #serverSide: boolean;

  constructor(options: CopierOptions) {
    this.#options = options;
    this.#serverSide = options.serverSide;
  }

  /**
   * Copies all of them. The first failure ends the others, and is thrown when nothing of them is left
   * half done.
   */
  async copy(parts: MissingPart[]): Promise<void> {
    const stop = new AbortController();
    const { signal } = this.#options;
    const ended = signal ? AbortSignal.any([signal, stop.signal]) : stop.signal;
    let failure: { error: unknown } | undefined;
    const tries = parts.map(async (part) => {
      try {
        await this.#copyOne(part, ended);
      } catch (error) {
        failure ??= { error };
        stop.abort();
      }
    });
    await Promise.all(tries);
    if (failure) throw failure.error;
  }

  async #copyOne(part: MissingPart, signal: AbortSignal): Promise<void> {
    const result = this.#serverSide ? await this.#copyByService(part, signal) : 'refused';
    if (result !== 'copied') await this.#carry(part, result === 'wrong', signal);
    this.count.copied++;
    this.bytes.copied += part.size;
    this.#options.report({
      type: 'progress',
      done: this.bytes.copied,
      wire: this.bytes.carried,
    });
  }

  /**
   * A copy of the same ETag, where that is the MD5 of the bytes, or at least of the same size, is
   * right: what is in it is verified by whoever reads it.
   */
  async #copyByService(
    { part, size, etag }: MissingPart,
    signal: AbortSignal,
  ): Promise<'copied' | 'refused' | 'wrong'> {
    const { source, target } = this.#options;
    try {
      const made = await target.copyPart(part, source.url, { signal });
      if (made === undefined || made === etag) return 'copied';
      return (await target.findPart(part, { signal }))?.size === size ? 'copied' : 'wrong';
    } catch (error) {
      if (!isWherryError(error) || unrelated.has(error.code)) throw error;
      // What is missing, or may not be written either, shows when it is carried.
      if (error.code !== 'NOT_FOUND') this.#tellRefusal(error);
      return 'refused';
    }
  }

  #tellRefusal({ message }: WherryError): void {
    if (!this.#serverSide) return;
    this.#serverSide = false;
    const text = `S3 makes no copies here, so what is missing goes through this machine: ${message}`;
    this.#options.report({ type: 'notice', text });
  }

  /** Through this machine; verified on the way, and passed on as it is stored. */
  async #carry(
    { part, size }: MissingPart,
    overwrite: boolean,
    signal: AbortSignal,
  ): Promise<void> {
    const { source, target } = this.#options;
    const weight = Math.max(size, part.kind === 'chunk' ? part.size : 0);
    await this.#window.acquire(weight);
    try {
      throwIfAborted(signal);
      const bytes = await source.readPart(part, { signal });
      await target.writePart(part, bytes, { signal, overwrite });
      this.count.carried++;
      this.bytes.carried += bytes.length;
    } finally {
      this.#window.release(weight);
    }
  }
}
