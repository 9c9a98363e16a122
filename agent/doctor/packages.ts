import { readFile } from 'node:fs/promises';
import { machine } from 'node:os';
import type { Check } from '../../shared/doctor/check.ts';
import { type Finding, ok, problem, skipped } from '../../shared/doctor/finding.ts';
import { partitionOf } from '../../shared/partition.ts';

/** Milliseconds for an answer. */
const patience = 5_000;

/**
 * The package repositories of Amazon Linux, which are in S3 and come through the gateway endpoint when
 * its policy allows them. Those of other distributions are not in S3.
 */
export function packagesCheck(): Check {
  return {
    name: 'packages',
    needs: [],
    limit: 7_000,
    async run(signal) {
      const system = await textOf('/etc/os-release');
      const id = /^ID="?([^"\n]*)/m.exec(system)?.[1] ?? 'unknown';
      if (id !== 'amzn') {
        return [
          skipped(`The packages of this system (${id}) are not in S3; it must have all it needs.`),
        ];
      }
      const list = await mirrorList();
      if (!list) return [skipped('The repositories of this system name no mirrors.')];
      return [await look(list, signal)];
    },
  };
}

async function look(list: URL, signal: AbortSignal): Promise<Finding> {
  const within = AbortSignal.any([signal, AbortSignal.timeout(patience)]);
  try {
    const answer = await fetch(list, { method: 'HEAD', signal: within });
    if (answer.status !== 403) return ok(`The package repository ${list.host} answers.`);
  } catch (error) {
    const { cause, message } = error as Error & { cause?: { code?: string } };
    const why = cause?.code ?? message;
    return problem(
      'PACKAGES_UNREACHABLE',
      `The package repository ${list.host} does not answer (${why}).`,
      'Give the subnet a route to it: it is in S3, in the region of the instance, and comes through the ' +
        'same gateway endpoint as a store there.',
    );
  }
  const [bucket, ...rest] = list.host.split('.');
  const partition = rest.map(partitionOf).find((name) => name !== 'aws') ?? 'aws';
  const arn = `arn:${partition}:s3:::${bucket}`;
  return problem(
    'PACKAGES_DENIED',
    `The package repository ${list.host} may not be read.`,
    `Allow s3:GetObject on ${arn}/* in the policy of the S3 gateway endpoint.`,
  );
}

/** What dnf would ask first, with the variables of its configuration (dnf.conf(5), "VARIABLES"). */
async function mirrorList(): Promise<URL | undefined> {
  const repositories = await textOf('/etc/yum.repos.d/amazonlinux.repo');
  const template = /^mirrorlist\s*=\s*(\S+)/m.exec(repositories)?.[1];
  if (template === undefined) return undefined;
  const values: Record<string, string> = {
    awsregion: (await textOf('/etc/dnf/vars/awsregion')).trim(),
    awsdomain: (await textOf('/etc/dnf/vars/awsdomain')).trim() || 'amazonaws.com',
    dualstack: (await textOf('/etc/dnf/vars/dualstack')).trim(),
    releasever: 'latest',
    basearch: machine(),
  };
  const text = template.replace(/\$\{?(\w+)\}?/g, (_, name: string) => values[name] ?? '');
  return URL.canParse(text) ? new URL(text) : undefined;
}

function textOf(path: string): Promise<string> {
  return readFile(path, 'utf8').catch(() => '');
}
