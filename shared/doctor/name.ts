import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { isAws } from '../partition.ts';
import { hostOf } from './address.ts';
import type { Check } from './check.ts';
import { ok, problem } from './finding.ts';
import { found, type S3Setting } from './setting.ts';

/** Whether the endpoint's name has addresses, as every program of this machine would find them. */
export function nameCheck({ known }: S3Setting): Check {
  return {
    name: 'name',
    needs: ['endpoint'],
    limit: 8_000,
    late: 'NAMES_UNANSWERED',
    async run() {
      const host = hostOf(found(known.address));
      if (isIP(host)) {
        known.hosts = [host];
        return [ok(`The endpoint is an address, ${host}: there is no name to look up.`)];
      }
      try {
        const found = await lookup(host, { all: true });
        known.hosts = [...new Set(found.map(({ address }) => address))];
        return [ok(`${host} is at ${known.hosts.join(', ')}.`)];
      } catch (error) {
        const { code = '' } = error as { code?: string };
        if (code === 'ENOTFOUND') {
          return [problem('NAME_UNKNOWN', `There is no host ${host} (${code}).`, unknown(host))];
        }
        const sentence = `No name server answers for ${host} (${code}).`;
        return [problem('NAMES_UNANSWERED', sentence, unanswered)];
      }
    },
  };
}

function unknown(host: string): string {
  return isAws(host)
    ? 'Check the region and the name of the bucket; in a VPC, turn on DNS support (enableDnsSupport).'
    : 'Check --endpoint-url or AWS_ENDPOINT_URL, or give this machine the name, in /etc/hosts for instance.';
}

const unanswered =
  'Check the name servers in /etc/resolv.conf. In a VPC, turn on DNS support (enableDnsSupport), and ' +
  'use the resolver of the VPC, 169.254.169.253: it needs no way out.';
