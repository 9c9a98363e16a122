import { isIP } from 'node:net';

/** The host of an address, without the brackets of IPv6. */
export function hostOf({ hostname }: URL): string {
  return hostname.replace(/^\[|\]$/g, '');
}

export function portOf({ port, protocol }: URL): number {
  return Number(port) || (protocol === 'https:' ? 443 : 80);
}

/** What an address tells of where it leads (RFC 1918, 4193, 3927, 4291). */
export function kindOf(address: string): 'loopback' | 'private' | 'public' {
  const text = address.toLowerCase().replace(/^::ffff:/, '');
  if (isIP(text) === 6) {
    if (text === '::1') return 'loopback';
    return /^(?:f[cd]|fe[89ab])/.test(text) ? 'private' : 'public';
  }
  if (text.startsWith('127.')) return 'loopback';
  return /^(?:10\.|192\.168\.|169\.254\.|172\.(?:1[6-9]|2\d|3[01])\.)/.test(text)
    ? 'private'
    : 'public';
}
