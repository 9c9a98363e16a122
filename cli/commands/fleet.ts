import { setTimeout as sleep } from 'node:timers/promises';
import { storeOf } from '../../shared/command/open.ts';
import { switchOption, textOption, usageError } from '../../shared/command/options.ts';
import type { Command, Outcome } from '../../shared/command/spec.ts';
import { shortDigest } from '../../shared/digest.ts';
import { parseDuration } from '../../shared/duration.ts';
import { interrupted, WherryError } from '../../shared/error.ts';
import {
  formatReference,
  parseTagReference,
  type TagReference,
} from '../../shared/image/reference.ts';
import { formatAge, formatTable } from '../../shared/report/format.ts';
import type { Store } from '../../shared/store/store.ts';
import { isDeployed, type JudgedHost, judge, mayStillDeploy } from '../fleet/judge.ts';

/** Milliseconds between two looks while waiting. */
const pause = 5_000;

export const fleetCommand: Command = {
  name: 'fleet',
  summary: 'Show which hosts run what, which are behind, and which failed and why',
  description:
    'From the heartbeats of their agents. Exits with 0 when every host runs what its tag points to, ' +
    'otherwise with 1; a host that missed three heartbeats does not count. With --wait, it looks until ' +
    'that is so, or cannot be any more.',
  arguments: [{ name: 'NAME:TAG', description: 'only the hosts that follow it', optional: true }],
  options: [
    {
      name: 'wait',
      description: 'until every host runs it, a host has failed, or the time is over',
    },
    { name: 'timeout', value: 'TIME', description: 'how long to wait', default: '10m' },
  ],
  examples: [
    'wherry fleet',
    'wherry fleet api:production --json',
    'wherry fleet api:production --wait --timeout 10m',
  ],
  async run([name], options, context) {
    const tag = name === undefined ? undefined : parseTagReference(name);
    const wait = switchOption(options, 'wait');
    const timeout = parseDuration(textOption(options, 'timeout') ?? '10m');
    if (wait && !tag) throw usageError('There is nothing to wait for.', 'Pass NAME:TAG.');
    const { store } = await storeOf(options, context);
    const { report, signal } = context;
    const end = performance.now() + timeout;
    for (;;) {
      const hosts = await look(store, tag, signal);
      const left = end - performance.now();
      if (!wait || isDeployed(hosts) || !mayStillDeploy(hosts) || left <= 0)
        return outcomeOf(hosts);
      const behind = hosts.filter(({ standing }) => standing === 'behind');
      const text = `Waiting for ${behind.length} of ${hosts.length} hosts.`;
      report({ type: 'debug', text });
      await sleep(Math.min(pause, left), undefined, { signal }).catch(() => {
        throw interrupted();
      });
    }
  },
};

async function look(
  store: Store,
  tag: TagReference | undefined,
  signal: AbortSignal,
): Promise<JudgedHost[]> {
  const reports = await store.listHeartbeats(tag, { signal });
  const names = tag ? [formatReference(tag)] : [...new Set(reports.map((host) => host.reference))];
  const records = new Map(
    await Promise.all(
      names.map(async (name) => {
        const record = await store.getTag(parseTagReference(name), { signal });
        if (!record && tag) throw noTag(name, store);
        return [name, record] as const;
      }),
    ),
  );
  const now = Date.now();
  return reports.map((report) => judge(report, records.get(report.reference), now));
}

function noTag(name: string, { url }: Store): WherryError {
  return new WherryError('NOT_FOUND', `There is no ${name} in ${url}.`, {
    side: 'store',
    hint: 'See what there is with wherry ls.',
  });
}

function outcomeOf(hosts: JudgedHost[]): Outcome {
  const deployed = isDeployed(hosts);
  const now = Date.now();
  const rows = hosts.map((host) => [
    host.reference,
    host.host,
    host.standing,
    host.digest ? shortDigest(host.digest) : '-',
    host.since ? formatAge(host.since, now) : '-',
    host.health,
    `${host.agent} on ${host.engine ?? 'no engine'}`,
    formatAge(host.seen, now),
  ]);
  const head = ['TAG', 'HOST', 'STANDING', 'DIGEST', 'RUNS SINCE', 'HEALTH', 'VERSIONS', 'SEEN'];
  const why = hosts
    .map((host) => ({ ...host, reason: reasonOf(host) }))
    .filter(({ reason }) => reason !== undefined)
    .map(({ host, reference, reason }) => [`${host} (${reference}): ${reason}`]);
  const table = hosts.length > 0 ? formatTable([head, ...rows]) : 'No host has reported.';
  const lagging = hosts.filter(({ standing }) => standing !== 'current' && standing !== 'silent');
  return {
    json: { deployed, hosts },
    text: [table, ...(why.length > 0 ? ['', formatTable(why)] : [])].join('\n'),
    quiet: lagging.map(({ host, standing }) => `${host} ${standing}`).join('\n'),
    exitCode: deployed ? 0 : 1,
  };
}

function reasonOf({ standing, quarantined, held, error }: JudgedHost): string | undefined {
  if (standing === 'failed') return quarantined?.message;
  return standing === 'held' ? held : error?.message;
}
