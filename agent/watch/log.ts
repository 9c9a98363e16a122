import type { LogEntry, Report } from '../../shared/events.ts';

export type Log = (level: LogEntry['level'], event: string, fields?: LogEntry['fields']) => void;

/** A log whose entries all have these fields too. */
export function createLog(report: Report, common: LogEntry['fields'] = {}): Log {
  return (level, event, fields) =>
    report({ type: 'log', level, event, fields: { ...common, ...fields } });
}

/**
 * What pulls and buckets tell, as entries of a log; progress is left out of it.
 *
 * @param heard is called for every event: something goes on
 */
export function reportTo(log: Log, heard: () => void = () => {}): Report {
  return (event) => {
    heard();
    if (event.type === 'log') log(event.level, event.event, event.fields);
    if (event.type === 'stage') log('info', 'stage', { text: event.text });
    if (event.type === 'notice') log('warning', 'notice', { text: event.text });
    if (event.type === 'debug') log('debug', 'detail', { text: event.text });
  };
}
