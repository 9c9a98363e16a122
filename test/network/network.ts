import type { Cleanup } from '../support/temp.ts';
import { type Addresses, addresses, bucketName, type Family, routerMac } from './addresses.ts';
import { connect } from './connect.ts';
import { configure, type Host, startHost } from './host.ts';

export interface Network {
  at: Addresses;
  ci: Host;
  bucket: Host;
  /** Routes inside the VPC, and is the instance's hypervisor: metadata and names are here. */
  vpc: Host;
  instance: Host;
  gateway: Host;
}

/** What the instance's cable is called at the end of the VPC. */
export const instanceDevice = 'instance';

/**
 * The network of docs/private-network.md, of one family of addresses: CI and the VPC have the bucket
 * between them, which forwards nothing, and the instance has routes to the bucket and to the gateway.
 */
export async function startNetwork(t: Cleanup, family: Family): Promise<Network> {
  const at = addresses[family];
  const [ci, ...others] = await Promise.all([
    startHost(t, `${at.bucket} ${bucketName}\n`),
    ...[1, 2, 3, 4].map(() => startHost(t)),
  ]);
  const [bucket, vpc, instance, gateway] = others as [Host, Host, Host, Host];
  await configure(vpc, `echo 1 > /proc/sys/net/${forwarding[family]}`);
  await connect(
    { host: ci, device: 'internet', addresses: [at.ci] },
    { host: bucket, device: 'internet', addresses: [at.bucket] },
  );
  await connect(
    { host: bucket, device: 'vpc', addresses: [at.bucket], beyond: [at.instance] },
    { host: vpc, device: 'bucket', addresses: [at.router] },
  );
  await connect(
    {
      host: vpc,
      device: instanceDevice,
      addresses: [at.router, at.metadata, at.resolver],
      mac: routerMac,
    },
    {
      host: instance,
      device: 'vpc',
      addresses: [at.instance],
      beyond: [at.bucket, at.gateway],
    },
  );
  await connect(
    { host: vpc, device: 'gateway', addresses: [at.router] },
    { host: gateway, device: 'vpc', addresses: [at.gateway], beyond: [at.instance] },
  );
  return { at, ci, bucket, vpc, instance, gateway };
}

const forwarding: Record<Family, string> = {
  IPv4: 'ipv4/ip_forward',
  IPv6: 'ipv6/conf/all/forwarding',
};
