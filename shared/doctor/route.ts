import { isIP } from 'node:net';
import { isAws } from '../partition.ts';
import { hostOf, kindOf, portOf } from './address.ts';
import type { Check } from './check.ts';
import { type Connected, tryConnect } from './connect.ts';
import { type DefaultRoutes, defaultRoutes } from './default-routes.ts';
import { type Finding, ok, problem } from './finding.ts';
import { instanceNetwork } from './instance-network.ts';
import { found, type S3Setting } from './setting.ts';

/** Milliseconds for each address; they are tried at once. */
const patience = 4_000;

/** Addresses that are tried; S3's names have up to eight. */
const mostTried = 8;

/**
 * Whether a connection comes about, and what its way can be told to be. From an instance a gateway
 * endpoint cannot be seen: it is a route of the subnet to the public addresses of S3.
 */
export function routeCheck({ known, settings }: S3Setting): Check {
  return {
    name: 'route',
    needs: ['name'],
    limit: 8_000,
    async run() {
      const { hosts = [], region } = known;
      const address = found(known.address);
      const port = portOf(address);
      const routes = await defaultRoutes();
      const tried = await Promise.all(
        hosts.slice(0, mostTried).map(async (host) => ({
          host,
          how: await tryConnect(host, port, patience),
        })),
      );
      const open = tried.find(({ how }) => how === 'open');
      if (open) return [ok(`${open.host} answers on port ${port}${wayTo(open.host, routes)}`)];
      const place = `${hostOf(address)}, port ${port}`;
      if (isIpv6Only(routes) && isAws(hostOf(address)) && !hosts.some((host) => isIP(host) === 6)) {
        return [ipv6Only(place)];
      }
      const how = tried.map((each) => each.how);
      if (how.includes('ECONNREFUSED')) return [portClosed(place)];
      const where = (await instanceNetwork(settings.env)) ?? "this machine's subnet";
      return [how.includes('silent') ? silent(place, where, region) : missing(place, where, how)];
    },
  };
}

function wayTo(host: string, { ipv4, ipv6 }: DefaultRoutes): string {
  const kind = kindOf(host);
  if (kind === 'loopback') return ', on this machine.';
  if (kind === 'private') {
    return '; the address is private: an interface endpoint, or a server in your own network.';
  }
  return (isIP(host) === 6 ? ipv6 : ipv4) === false
    ? '. This machine has no default route: S3 has a route of its own.'
    : '. Whether its route ends in a gateway endpoint, or goes out to the internet, only the route table of the subnet tells.';
}

function isIpv6Only({ ipv4, ipv6 }: DefaultRoutes): boolean {
  return ipv4 === false && ipv6 === true;
}

function ipv6Only(place: string): Finding {
  return problem(
    'IPV6_ONLY',
    `This machine has a way out by IPv6 only, and ${place}, has IPv4 addresses only.`,
    'Pass --dual-stack, which asks S3 by a name that has IPv6 addresses too.',
  );
}

function portClosed(place: string): Finding {
  return problem(
    'PORT_CLOSED',
    `${place} refuses connections (ECONNREFUSED).`,
    'Check --endpoint-url or AWS_ENDPOINT_URL, its port, and whether the server runs.',
  );
}

function silent(place: string, where: string, region: string | undefined): Finding {
  return problem(
    'ROUTE_SILENT',
    `Nothing comes back from ${place}: the route leads nowhere, or something drops the packets.`,
    `Associate an S3 gateway endpoint with the route table of ${where}, and let its security group and ` +
      `network ACL pass HTTPS to the prefix list com.amazonaws.${region}.s3. A gateway endpoint is for ` +
      'buckets of its own region only.',
  );
}

function missing(place: string, where: string, how: Connected[]): Finding {
  return problem(
    'ROUTE_MISSING',
    `This machine has no route to ${place} (${[...new Set(how)].join(', ')}).`,
    `Look at "ip route": give it a default route, to the router of ${where}, whose route table has the ` +
      'S3 gateway endpoint.',
  );
}
