import type { Writable } from 'node:stream';
import type { ProgressEvent, Report } from '../events.ts';
import { printable } from './format.ts';
import { formatLogEntry, isLogged, type LogStyle } from './log.ts';
import { describeLayer, describeProgress, lineInterval, type Progress } from './progress.ts';

export interface ReporterOptions {
  /** Where progress goes: stderr, so that stdout has the result alone. */
  stream: Writable & { isTTY?: boolean; columns?: number };
  level: 'error' | 'info' | 'debug';
  color: boolean;
  log?: LogStyle;
}

export interface Reporter {
  report: Report;
  /** Takes away the progress bar, before something else is printed. */
  clear(): void;
}

/** Milliseconds between two pictures of the bar. */
const barInterval = 100;

/** Shows a bar on a terminal, a line every few seconds elsewhere. */
export function createReporter({
  stream,
  level,
  color,
  log = { json: false, journal: false },
}: ReporterOptions): Reporter {
  const bar = stream.isTTY === true && level !== 'error';
  const started = Date.now();
  const state = { stage: '', done: 0, wire: 0, total: undefined as number | undefined };
  let shown = 0;
  let drawn = false;

  const clear = () => {
    if (drawn) stream.write('\r\u001b[2K');
    drawn = false;
  };
  const line = (text: string) => {
    clear();
    stream.write(`${printable(text)}\n`);
  };
  const progress = () => {
    const now = Date.now();
    if (now - shown < (bar ? barInterval : lineInterval)) return;
    // The first plain line comes after the interval, not at once.
    if (!bar && shown === 0 && now - started < lineInterval) return;
    shown = now;
    const text = describeProgress(state, (now - started) / 1000);
    if (!bar) return line(state.stage === '' ? text : `${state.stage}: ${text}`);
    const width = Math.max(20, (stream.columns ?? 80) - 1);
    stream.write(`\r\u001b[2K${drawBar(state, text, width, color)}`);
    drawn = true;
  };

  const handle = (event: ProgressEvent): void => {
    switch (event.type) {
      case 'stage':
        state.stage = event.text;
        line(event.text);
        break;
      case 'total':
        state.total = event.bytes;
        break;
      case 'progress':
        state.done = event.done;
        state.wire = event.wire;
        progress();
        break;
      case 'notice':
        line(event.text);
        break;
      case 'layer':
        if (level === 'debug') line(describeLayer(event));
        break;
      case 'debug':
        if (level === 'debug') line(event.text);
        break;
      case 'log':
        if (isLogged(event, level)) line(formatLogEntry(event, new Date(), log));
        break;
    }
  };
  const errors: Report = (event) => {
    if (event.type === 'log') handle(event);
  };
  return { report: level === 'error' ? errors : handle, clear };
}

function drawBar({ done, total }: Progress, text: string, width: number, color: boolean): string {
  if (!total) return text.slice(0, width);
  const cells = Math.min(24, width - text.length - 4);
  if (cells < 8) return text.slice(0, width);
  const filled = Math.round(cells * Math.min(1, done / total));
  const picture = '█'.repeat(filled) + '░'.repeat(cells - filled);
  return `${color ? `\u001b[36m${picture}\u001b[0m` : picture} ${text}`;
}
