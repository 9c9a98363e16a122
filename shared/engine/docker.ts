import { Agent as HttpAgent, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { inspect } from 'node:util';
import Docker from 'dockerode';
import { messageOf, WherryError } from '../error.ts';
import type { Endpoint, Socket } from './address.ts';
import type { Engine } from './engine.ts';
import { type EngineHost, type HostOptions, resolveHost } from './host.ts';
import { createRemoteEngine } from './remote-engine.ts';
import type { EngineRequest } from './request.ts';

/**
 * The engine that `docker` itself would speak to, see {@link resolveHost}. It is not asked anything
 * yet. This is the only module that imports dockerode, which takes long to load: import it when an
 * engine is needed.
 *
 * @throws WherryError USAGE when what is configured cannot be used
 */
export async function openDockerEngine(options: HostOptions): Promise<Engine> {
  const host = await resolveHost(options);
  const modem = openModem(host);
  return createRemoteEngine(host.url, ({ method, path, query, body, signal }: EngineRequest) => {
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
    modem.dial(
      {
        method,
        path: query ? `${path}?` : path,
        options: { _query: query ?? {}, _body: {} },
        // docker-modem waits for ever when an answer that it collects itself breaks off.
        isStream: true,
        statusCodes: { 200: true, 201: true, 204: true },
        ...(body && { file: body }),
        ...(signal && { abortSignal: signal }),
      },
      (error, answer) => (error ? reject(error) : resolve(answer as IncomingMessage)),
    );
    return promise;
  });
}

/**
 * docker-modem takes from the process's environment whatever is not given, so that everything is,
 * though it be undefined. A connection serves one request: one that was kept could be dead by the
 * time of the next.
 */
function openModem({ address, tls }: EngineHost): Docker['modem'] {
  const { socketPath, protocol, host, port }: Partial<Socket & Endpoint> = address;
  const { verify = true, ...material } = tls ?? {};
  const agent = tls
    ? new HttpsAgent({ ...material, rejectUnauthorized: verify })
    : new HttpAgent({ keepAlive: false });
  // docker-modem has every request printed in full for its debug log, even where that is off.
  Object.assign(agent, { [inspect.custom]: () => agent.constructor.name });
  const unset = { ca: undefined, cert: undefined, key: undefined, timeout: undefined };
  const options = { ...unset, socketPath, protocol, host, port, agent };
  try {
    return new Docker(options).modem;
  } catch (error) {
    throw new WherryError('USAGE', `DOCKER_HOST cannot be used: ${messageOf(error)}.`, {
      side: 'local',
      hint: 'Check DOCKER_HOST and DOCKER_CERT_PATH in the environment, or unset them.',
      cause: error,
    });
  }
}
