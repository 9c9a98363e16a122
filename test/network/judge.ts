import { type Addresses, ports, routerMac } from './addresses.ts';
import type { Packet } from './packet.ts';

/** Where a packet of the instance goes, that may be sent. */
export type Purpose = 'bucket' | 'answer' | 'metadata' | 'names' | 'neighbours';

export interface Judgement {
  /** Packets that the instance sent, by what they were for. */
  sent: Record<Purpose, number>;
  /** Those that it may not send, one line each. */
  forbidden: string[];
}

/**
 * Judges each packet that left the instance: to the bucket, an answer to the gateway on a connection
 * that the gateway began, or no further than the other end of its cable.
 */
export function judge(packets: Iterable<Packet>, at: Addresses): Judgement {
  const sent = { bucket: 0, answer: 0, metadata: 0, names: 0, neighbours: 0 };
  const forbidden: string[] = [];
  /** Ports from which the gateway began a connection to the service. */
  const begun = new Set<number>();
  for (const packet of packets) {
    if (packet.mac === routerMac) {
      if (asksForService(packet, at)) begun.add(packet.sourcePort);
      continue;
    }
    const purpose = purposeOf(packet, at, begun);
    if (purpose) sent[purpose]++;
    else forbidden.push(describe(packet));
  }
  return { sent, forbidden };
}

function asksForService(packet: Packet, at: Addresses): boolean {
  const { source, destination, destinationPort, begins } = packet;
  const there = destination === at.instance && destinationPort === ports.service;
  return begins && source === at.gateway && there;
}

function purposeOf(packet: Packet, at: Addresses, begun: Set<number>): Purpose | undefined {
  if (isOfLink(packet)) return 'neighbours';
  if (packet.source !== at.instance) return undefined;
  const { protocol, destination, destinationPort: port } = packet;
  const to = (address: string, ...allowed: unknown[]) =>
    destination === address && allowed.join() === [protocol, port].join();
  if (to(at.bucket, 'tcp', ports.s3)) return 'bucket';
  if (to(at.metadata, 'tcp', 80)) return 'metadata';
  if (to(at.resolver, 'udp', 53)) return 'names';
  const answers = !packet.begins && packet.sourcePort === ports.service && begun.has(port);
  return protocol === 'tcp' && destination === at.gateway && answers ? 'answer' : undefined;
}

/**
 * What finds the other end of a cable, and which no router passes on: ARP; neighbour discovery, which
 * counts only with all its hops left (RFC 4861, 7.1); membership of groups, with one (RFC 3810, 5).
 */
function isOfLink({ protocol, type, hops }: Packet): boolean {
  if (protocol !== 'icmpv6') return protocol === 'arp';
  return hops === 255 ? type === 135 || type === 136 : hops === 1 && type === 143;
}

function describe(packet: Packet): string {
  const { protocol, type, source, sourcePort, destination, destinationPort, begins } = packet;
  const what = `${protocol}${type ? ` ${type}` : ''}${begins ? ', a new connection' : ''}`;
  return `${what}: from ${source} ${sourcePort} to ${destination} ${destinationPort}`;
}
