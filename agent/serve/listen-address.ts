import { isIPv4, isIPv6 } from 'node:net';
import { usageError } from '../../shared/command/options.ts';

export interface ListenAddress {
  /** An address, not a name. */
  host: string;
  /** 0 for any that is free. */
  port: number;
}

/**
 * Reads `127.0.0.1:5000`, `[::1]:5000` or `localhost:5000`.
 *
 * @throws WherryError USAGE for an address that is not this machine's own loopback: what the
 *   registry serves, it serves to whoever asks
 */
export function parseListenAddress(text: string): ListenAddress {
  const [, bracketed, plain, digits] = /^(?:\[([^\]]+)\]|([^[\]:]+)):(\d{1,5})$/.exec(text) ?? [];
  const port = Number(digits);
  const host = loopbackOf(bracketed, plain);
  if (host !== undefined && port <= 65_535) return { host, port };
  throw usageError(
    `--listen ${text} is not a port of the loopback address.`,
    'Write it as 127.0.0.1:PORT, [::1]:PORT or localhost:PORT.',
  );
}

/** `127.0.0.1:5000` or `[::1]:5000`, as an image reference or a URL has it. */
export function formatListenAddress({ host, port }: ListenAddress): string {
  return `${isIPv6(host) ? `[${host}]` : host}:${port}`;
}

/** 127.0.0.0/8 and ::1 (RFC 6890); `localhost` is not looked up, for a resolver may have its own idea. */
function loopbackOf(bracketed: string | undefined, plain = ''): string | undefined {
  if (bracketed !== undefined) return isLoopback6(bracketed) ? '::1' : undefined;
  if (plain === 'localhost') return '127.0.0.1';
  return isIPv4(plain) && plain.startsWith('127.') ? plain : undefined;
}

function isLoopback6(text: string): boolean {
  return isIPv6(text) && !text.includes('%') && new URL(`http://[${text}]`).hostname === '[::1]';
}
