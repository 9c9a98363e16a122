import type { Option } from './spec.ts';

/** How long a command may take that deploys an image. */
export const defaultHookTimeout = '5m';

/** What `wherry-agent watch` may be told, and `wherry user-data` for a service that runs it. */
export const watchOptions: Option[] = [
  {
    name: 'on-change',
    value: 'COMMAND',
    description: 'what deploys the image, for /bin/sh; is told of it in WHERRY_ variables',
  },
  {
    name: 'on-change-timeout',
    value: 'TIME',
    description: `how long that may take, ${defaultHookTimeout} by default; then it is ended, and has failed`,
  },
  {
    name: 'health',
    value: 'CHECK',
    description: 'a command that exits with 0, a URL that answers 2xx, or container:NAME',
  },
  {
    name: 'health-timeout',
    value: 'TIME',
    description: 'how long to wait for that, 1m by default',
  },
  { name: 'interval', value: 'TIME', description: 'between two looks at a tag, 30s by default' },
  {
    name: 'keep',
    value: 'NUMBER',
    description: 'images of a tag to keep besides the one that runs, 2 by default',
  },
  {
    name: 'wave',
    value: 'SHARE%[:DELAY]',
    description:
      'take a release at once on this share of hosts, on the others after the delay (30m by ' +
      'default), unless it has failed somewhere',
  },
  {
    name: 'host',
    value: 'NAME',
    description: "this host's name in the fleet, by default its own",
  },
  { name: 'heartbeat', value: 'TIME', description: 'between two heartbeats, 5m by default' },
  {
    name: 'state',
    value: 'PATH',
    description: 'where to keep the state, by default /var/lib/wherry-agent/state.json',
  },
  { name: 'config', value: 'PATH', description: 'a JSON file of options, by their names' },
  {
    name: 'log-format',
    value: 'FORMAT',
    description: 'how each line of the log is written',
    choices: ['text', 'json'],
    default: 'text',
  },
];
