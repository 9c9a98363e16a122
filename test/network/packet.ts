/** What of a packet says where it is from and where it goes. */
export interface Packet {
  /** Of the interface that sent it. */
  mac: string;
  /** `tcp`, `udp`, `icmpv6`, `arp`, or the number of another. */
  protocol: string;
  /** Addresses, as the system writes them; empty where it is none of IP. */
  source: string;
  destination: string;
  /** 0 where it is of another protocol than TCP and UDP. */
  sourcePort: number;
  destinationPort: number;
  /** It asks for a connection, which only the one that begins it does (RFC 9293, 3.5). */
  begins: boolean;
  /** Of ICMPv6; else 0. */
  type: number;
  /** What routers may still do with it: 255 as it was sent, for no router has passed it on. */
  hops: number;
}

const nothing = { source: '', destination: '', type: 0, hops: 0 };
const portless = { sourcePort: 0, destinationPort: 0, begins: false };

/** @param frame from its Ethernet header on (IEEE 802.3); its end may be cut off */
export function readPacket(frame: Buffer): Packet {
  const mac = frame.toString('hex', 6, 12).replace(/..(?!$)/g, '$&:');
  const kind = frame.readUInt16BE(12);
  const packet = frame.subarray(14);
  if (kind === 0x0800) return { mac, ...readIpv4(packet) };
  if (kind === 0x86dd) return { mac, ...readIpv6(packet) };
  const protocol = kind === 0x0806 ? 'arp' : `ethernet 0x${kind.toString(16)}`;
  return { mac, protocol, ...nothing, ...portless };
}

/** RFC 791, 3.1. */
function readIpv4(packet: Buffer): Omit<Packet, 'mac'> {
  const rest = packet.subarray(((packet[0] ?? 0) & 0xf) * 4);
  return {
    ...readContent(packet[9] ?? 0, rest),
    source: packet.subarray(12, 16).join('.'),
    destination: packet.subarray(16, 20).join('.'),
    hops: packet[8] ?? 0,
  };
}

/** RFC 8200, 3, and the options for every hop, which group membership has (4.3). */
function readIpv6(packet: Buffer): Omit<Packet, 'mac'> {
  let next = packet[6] ?? 0;
  let rest = packet.subarray(40);
  if (next === 0) {
    next = rest[0] ?? 0;
    rest = rest.subarray(((rest[1] ?? 0) + 1) * 8);
  }
  return {
    ...readContent(next, rest),
    source: ipv6Text(packet.subarray(8, 24)),
    destination: ipv6Text(packet.subarray(24, 40)),
    hops: packet[7] ?? 0,
  };
}

/** TCP (RFC 9293, 3.1), UDP (RFC 768), ICMPv6 (RFC 4443). */
function readContent(protocol: number, content: Buffer) {
  const name = { 6: 'tcp', 17: 'udp', 58: 'icmpv6' }[protocol] ?? `ip ${protocol}`;
  const type = name === 'icmpv6' ? (content[0] ?? 0) : 0;
  if (name !== 'tcp' && name !== 'udp') return { protocol: name, type, ...portless };
  const flags = name === 'tcp' ? (content[13] ?? 0) : 0;
  return {
    protocol: name,
    type,
    sourcePort: content.readUInt16BE(0),
    destinationPort: content.readUInt16BE(2),
    begins: (flags & 0x12) === 0x02,
  };
}

/** As RFC 5952 has it. */
function ipv6Text(bytes: Buffer): string {
  const groups = bytes.toString('hex').match(/.{4}/g) ?? [];
  return new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1);
}
