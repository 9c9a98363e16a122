import { WherryError } from '../error.ts';

/** A Unix socket or a Windows named pipe. */
export interface Socket {
  socketPath: string;
}

export interface Endpoint {
  protocol: 'http' | 'https';
  host: string;
  port: number;
}

export type EngineAddress = Socket | Endpoint;

/**
 * @param url such as `unix:///var/run/docker.sock`, `tcp://10.0.0.7:2376`, `npipe:////./pipe/docker`
 * @param secure whether `tcp://` means HTTPS
 * @throws WherryError USAGE for an address that cannot be used
 */
export function parseAddress(url: string, secure: boolean): EngineAddress {
  const local = /^(?:unix|npipe):\/\/(.+)$/.exec(url)?.[1];
  if (local) return { socketPath: local };
  if (url.startsWith('ssh://')) throw unusableSsh(url);
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  const protocol = parsed && protocolOf(parsed.protocol, secure);
  if (!protocol || parsed.hostname === '' || parsed.pathname.length > 1) throw malformed(url);
  const port = Number(parsed.port) || defaultPorts[`${parsed.protocol}${protocol}`];
  if (port === undefined) throw malformed(url);
  return { protocol, host: parsed.hostname, port };
}

/** By the scheme as written and the protocol spoken; URL drops a port that is a scheme's default. */
const defaultPorts: Record<string, number> = {
  'tcp:http': 2375,
  'tcp:https': 2376,
  'http:http': 80,
  'https:https': 443,
};

function protocolOf(scheme: string, secure: boolean): 'http' | 'https' | undefined {
  if (scheme === 'tcp:') return secure ? 'https' : 'http';
  if (scheme === 'https:') return 'https';
  return scheme === 'http:' ? 'http' : undefined;
}

function malformed(url: string): WherryError {
  return new WherryError('USAGE', `"${url}" is not the address of a Docker engine.`, {
    side: 'local',
    hint: 'Write it as unix:///path, tcp://host:port or npipe:////./pipe/name.',
  });
}

/** The ssh client that dockerode has checks no host key, so it would trust whoever answers. */
function unusableSsh(url: string): WherryError {
  return new WherryError('USAGE', `Wherry does not reach an engine over ssh (${url}).`, {
    side: 'local',
    hint: 'Forward its socket: ssh -nNT -L /tmp/engine.sock:/var/run/docker.sock USER@HOST, then set DOCKER_HOST=unix:///tmp/engine.sock.',
  });
}
