import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

/** One line of the agent's log, with `--log-format json`. */
export interface LogLine {
  level: string;
  event: string;
  // biome-ignore lint/suspicious/noExplicitAny: each event has fields of its own
  [field: string]: any;
}

export interface LogLines {
  lines: LogLine[];
  /** Resolves with the next line, from the first one on, that fits and was not waited for before. */
  said(event: string, fits?: (line: LogLine) => boolean): Promise<LogLine>;
}

/** Milliseconds for whatever an agent is waited for to say. */
const patience = 120_000;

/** @param ended rejects when nothing more will come */
export function readLog(stream: Readable, ended: Promise<never>): LogLines {
  const lines: LogLine[] = [];
  const seen = new Set<LogLine>();
  let news = Promise.withResolvers<void>();
  ended.catch(() => {});
  createInterface({ input: stream }).on('line', (line) => {
    if (line.startsWith('{')) lines.push(JSON.parse(line));
    news.resolve();
    news = Promise.withResolvers();
  });
  return {
    lines,
    async said(event, fits = () => true) {
      const { promise: late, reject } = Promise.withResolvers<never>();
      const told = () => lines.map((line) => line.event).join(', ');
      const timer = setTimeout(
        () => reject(new Error(`It never said "${event}", but ${told()}`)),
        patience,
      );
      try {
        for (;;) {
          const { promise } = news;
          const found = lines.find((line) => line.event === event && !seen.has(line) && fits(line));
          if (found) {
            for (const line of lines.slice(0, lines.indexOf(found) + 1)) seen.add(line);
            return found;
          }
          await Promise.race([promise, ended, late]);
        }
      } finally {
        clearTimeout(timer);
      }
    },
  };
}
