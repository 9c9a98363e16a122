import type { LogEntry } from '../events.ts';

export interface LogStyle {
  /** One JSON object a line, in place of `event key=value`. */
  json: boolean;
  /** journald reads it, which knows the time, and takes the level from a prefix. */
  journal: boolean;
}

/** sd-daemon(3): a line that starts with `<N>` has the priority N of syslog(3). */
const priorities: Record<LogEntry['level'], number> = { error: 3, warning: 4, info: 6, debug: 7 };

export function isLogged(entry: LogEntry, level: 'error' | 'info' | 'debug'): boolean {
  return priorities[entry.level] <= priorities[level];
}

/** One line. */
export function formatLogEntry(entry: LogEntry, now: Date, { json, journal }: LogStyle): string {
  const { level, event, fields } = entry;
  const time = now.toISOString();
  const prefix = journal ? `<${priorities[level]}>` : '';
  if (json) return prefix + JSON.stringify({ time, level, event, ...fields });
  const pairs = Object.entries(fields)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `${key}=${quoted(String(value))}`);
  return [...(journal ? [] : [time, level]), `${prefix}${event}`, ...pairs].join(' ');
}

function quoted(text: string): string {
  return /^[^\s"=\\\p{C}]+$/u.test(text) ? text : JSON.stringify(text);
}
