import { messageOf } from '../../shared/error.ts';
import type { LogEntry } from '../../shared/events.ts';
import type { Clock } from './clock.ts';

export interface HeartParts {
  /** Puts a heartbeat into the store. */
  write(): Promise<void>;
  /** Milliseconds between two. */
  interval: number;
  clock: Clock;
  log(level: LogEntry['level'], event: string, fields?: LogEntry['fields']): void;
}

/** Writes heartbeats beside the work, which never waits for them, nor ends with them. */
export class Heart {
  readonly #parts: HeartParts;
  #due = false;
  #stopped = false;
  #pause = new AbortController();
  #failure: string | undefined;

  constructor(parts: HeartParts) {
    this.#parts = parts;
  }

  /** Asks for a heartbeat now; two that are asked for at once are one. */
  readonly beat = (): void => {
    this.#due = true;
    this.#pause.abort();
  };

  stop(): void {
    this.#stopped = true;
    this.#pause.abort();
  }

  async run(): Promise<void> {
    const { clock, interval } = this.#parts;
    while (!this.#stopped) {
      this.#pause = new AbortController();
      if (!this.#due) await clock.sleep(interval * (0.9 + 0.1 * Math.random()), this.#pause.signal);
      if (this.#stopped) return;
      this.#due = false;
      await this.once();
    }
  }

  async once(): Promise<void> {
    const { write, log } = this.#parts;
    try {
      await write();
      this.#failure = undefined;
    } catch (error) {
      if (this.#stopped) return;
      const message = messageOf(error);
      log(this.#failure === message ? 'debug' : 'warning', 'no-heartbeat', { error: message });
      this.#failure = message;
    }
  }
}
