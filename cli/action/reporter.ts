import type { ProgressEvent, Report } from '../../shared/events.ts';
import { formatLogEntry, isLogged } from '../../shared/report/log.ts';
import {
  describeLayer,
  describeProgress,
  lineInterval,
  type Progress,
} from '../../shared/report/progress.ts';
import type { Step } from './results.ts';

/** Renders events for GitHub: a stage is a group of lines, a notice an annotation. */
export function workflowReporter({ log, title, level }: Step): Report {
  const started = Date.now();
  const progress: Progress = { done: 0, wire: 0, total: undefined };
  let shown = started;

  const handle = (event: ProgressEvent): void => {
    switch (event.type) {
      case 'stage':
        log.group(event.text);
        break;
      case 'total':
        progress.total = event.bytes;
        break;
      case 'progress': {
        Object.assign(progress, { done: event.done, wire: event.wire });
        const now = Date.now();
        if (now - shown < lineInterval) break;
        shown = now;
        log.text(describeProgress(progress, (now - started) / 1000));
        break;
      }
      case 'layer':
        log.text(describeLayer(event));
        break;
      case 'notice':
        log.annotate('notice', title, event.text);
        break;
      case 'debug':
        if (level === 'debug') log.text(event.text);
        break;
      case 'log':
        if (isLogged(event, level)) {
          log.text(formatLogEntry(event, new Date(), { json: false, journal: false }));
        }
        break;
    }
  };
  const errors: Report = (event) => {
    if (event.type === 'log') handle(event);
  };
  return level === 'error' ? errors : handle;
}
