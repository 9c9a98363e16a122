import { configure, type Host } from './host.ts';

export interface End {
  host: Host;
  /** The name of the interface there. */
  device: string;
  /** The first is the one that it speaks from. */
  addresses: string[];
  /** What is reached beyond the other end, by its first address. */
  beyond?: string[];
  mac?: string;
}

/** Lays a cable between two hosts: veth(4). Each then has routes to the other's addresses, and no more. */
export async function connect(one: End, other: End): Promise<void> {
  const peer = `peer name ${other.device} netns ${other.host.pid} ${macOf(other)}`;
  await configure(one.host, `ip link add ${one.device} ${macOf(one)} type veth ${peer}`);
  await Promise.all([attach(one, other), attach(other, one)]);
}

function macOf({ mac }: End): string {
  return mac === undefined ? '' : `address ${mac}`;
}

/** IPv6 with its link-local addresses is there only where addresses of it are given. */
async function attach({ host, device, addresses, beyond = [] }: End, other: End): Promise<void> {
  const [gate = ''] = other.addresses;
  const ipv6 = gate.includes(':');
  const length = ipv6 ? '/128' : '/32';
  await configure(
    host,
    [
      ...['accept_ra', 'accept_dad'].map((name) => `echo 0 > ${setting(device, name)}`),
      ...(ipv6 ? [] : [`ip link set ${device} addrgenmode none`]),
      ...addresses.map(
        (address) => `ip addr add ${address}${length} dev ${device} ${ipv6 ? 'nodad' : ''}`,
      ),
      `ip link set ${device} up`,
      ...other.addresses.map((address) => `ip route add ${address}${length} dev ${device}`),
      ...beyond.map((address) => `ip route add ${address}${length} via ${gate} dev ${device}`),
    ].join('\n'),
  );
}

function setting(device: string, name: string): string {
  return `/proc/sys/net/ipv6/conf/${device}/${name}`;
}
