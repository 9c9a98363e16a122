export interface Annotation {
  level: 'error' | 'warning' | 'notice';
  title: string;
  text: string;
}

/** What GitHub shows of a step. */
export interface RunnerLog {
  /** The lines of the log, with masked secrets as ***. */
  lines: string[];
  /** The titles of the groups, all of which were ended. */
  groups: string[];
  annotations: Annotation[];
  masks: string[];
  /** Commands that nobody means to give, such as `set-output`. */
  others: string[];
}

const commands = new Set([
  ...['error', 'warning', 'notice', 'debug', 'group', 'endgroup', 'add-mask', 'stop-commands'],
  ...['set-output', 'set-env', 'add-path', 'save-state', 'echo', 'add-matcher', 'remove-matcher'],
]);

/** Reads the stdout of a step as the runner does (actions/runner, ActionCommand.cs and its manager). */
export function readRunnerLog(stdout: string): RunnerLog {
  const log: RunnerLog = { lines: [], groups: [], annotations: [], masks: [], others: [] };
  let stopped: string | undefined;
  let depth = 0;
  const show = (line: string) => {
    log.lines.push(log.masks.reduce((text, mask) => text.replaceAll(mask, '***'), line));
  };
  for (const line of stdout.split(/\r\n|[\r\n]/)) {
    const command = parseCommand(line, stopped);
    if (!command || (stopped && command.name !== stopped)) {
      show(line);
      continue;
    }
    const { name, properties, data } = command;
    if (name === stopped) stopped = undefined;
    else if (name === 'stop-commands') stopped = data;
    else if (name === 'add-mask') log.masks.push(data);
    else if (name === 'group') {
      log.groups.push(data);
      depth++;
    } else if (name === 'endgroup') depth--;
    else if (name === 'error' || name === 'warning' || name === 'notice') {
      const masked = log.masks.reduce((text, mask) => text.replaceAll(mask, '***'), data);
      log.annotations.push({ level: name, title: properties.title ?? '', text: masked });
    } else log.others.push(line);
  }
  if (depth !== 0) throw new Error(`${depth} groups were not ended:\n${stdout}`);
  return log;
}

/** What .NET trims, and what it takes for nothing at all where it compares by a locale. */
const blank = /^[\s\u0085\u00ad\u200b\0]+/;

function parseCommand(line: string, stopped: string | undefined) {
  const known = (name = '') => commands.has(name.toLowerCase()) || name === stopped;
  const [, name, list = '', data = ''] =
    /^::([^\s:]+)(?: (.*?))?::(.*)$/s.exec(line.replace(blank, '')) ?? [];
  if (known(name)) return { name, properties: readProperties(list), data: unescaped(data) };
  const [, old, text = ''] = /##\[([^\s\]]+)[^\]]*\](.*)$/s.exec(line) ?? [];
  return known(old) ? { name: old, properties: {}, data: text } : undefined;
}

function readProperties(list: string): Record<string, string> {
  const pairs = list.split(',').map((pair) => /^([^=]+)=(.*)$/s.exec(pair.trim()));
  return Object.fromEntries(
    pairs.flatMap((pair) =>
      pair
        ? [[pair[1], unescaped((pair[2] ?? '').replaceAll('%3A', ':').replaceAll('%2C', ','))]]
        : [],
    ),
  );
}

function unescaped(text: string): string {
  return text.replaceAll('%0D', '\r').replaceAll('%0A', '\n').replaceAll('%25', '%');
}
