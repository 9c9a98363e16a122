import type { Environment } from '../environment.ts';
import { hostOf } from './address.ts';
import type { Check } from './check.ts';
import { ok, warning } from './finding.ts';
import { found, type S3Setting } from './setting.ts';

/** Proxies that the environment names: other programs use them, Wherry does not. */
export function proxyCheck({ settings, known }: S3Setting): Check {
  return {
    name: 'proxy',
    needs: ['endpoint'],
    limit: 1_000,
    async run() {
      const address = found(known.address);
      const host = hostOf(address);
      const name = proxyFor(host, address.protocol, settings.env);
      if (name === undefined) return [ok(`The environment names no proxy for ${host}.`)];
      const sentence =
        `${name} names a proxy for ${host}. Wherry asks S3 directly; the aws command line, curl and ` +
        'package managers go through the proxy.';
      const remedy =
        `Unset ${name}, or add ${host} to NO_PROXY, so that all go the same way. Where only the proxy ` +
        'leads out, give this machine a direct way to S3, such as a gateway endpoint.';
      return [warning('PROXY_UNUSED', sentence, remedy)];
    },
  };
}

/** The variable that names a proxy for a host, as curl reads them (curl(1), "ENVIRONMENT"). */
export function proxyFor(host: string, protocol: string, env: Environment): string | undefined {
  const own = protocol === 'https:' ? ['HTTPS_PROXY', 'https_proxy'] : ['http_proxy', 'HTTP_PROXY'];
  const name = [...own, 'ALL_PROXY', 'all_proxy'].find((each) => env[each]);
  const except = (env.NO_PROXY ?? env.no_proxy ?? '').split(',').map((entry) => entry.trim());
  const covered = except.some((entry) => {
    const domain = entry.replace(/^\*?\./, '');
    return entry === '*' || (domain !== '' && (host === domain || host.endsWith(`.${domain}`)));
  });
  return covered ? undefined : name;
}
