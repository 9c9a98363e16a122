import { randomUUID } from 'node:crypto';
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import Docker from 'dockerode';
import type { EngineHost } from '../../shared/engine/host.ts';
import type { Cleanup } from '../support/temp.ts';

/**
 * Runs a container of an image, without a network, and removes it.
 *
 * @returns what the container printed
 * @throws Error when it failed
 */
export async function runContainer(
  image: string,
  host: EngineHost,
  cleanup: Cleanup,
): Promise<string> {
  const docker = openDocker(host);
  // Known before there is one, so that one whose creation was broken off is removed too.
  const name = `wherry-demo-${randomUUID()}`;
  const container = docker.getContainer(name);
  const remove = () => container.remove({ force: true }).catch(unlessAbsent);

  cleanup.after(remove);
  const abortSignal = AbortSignal.timeout(patience);
  const HostConfig = { NetworkMode: 'none' };
  await docker.createContainer({ name, Image: image, HostConfig, abortSignal });
  await container.start({ abortSignal });
  const { StatusCode } = await container.wait({ abortSignal });
  const printed = await container.logs({ stdout: true, stderr: true, abortSignal });
  await remove();
  if (StatusCode !== 0) throw new Error(`The container ended with ${StatusCode}.`);
  return payloadOf(printed);
}

/** Milliseconds for a container that ends at once. */
const patience = 30_000;

function openDocker({ address, tls }: EngineHost): Docker {
  const { verify = true, ...material } = tls ?? {};
  const agent = tls
    ? new HttpsAgent({ ...material, rejectUnauthorized: verify })
    : new HttpAgent({ keepAlive: false });
  const options = { ca: undefined, cert: undefined, key: undefined, ...address, agent };
  return new Docker(options);
}

/** Each piece of output has a header of eight bytes (Docker API, "Attach to a container"). */
function payloadOf(output: Buffer): string {
  const pieces: Buffer[] = [];
  for (let at = 0; at + 8 <= output.length; ) {
    const end = at + 8 + output.readUInt32BE(at + 4);
    pieces.push(output.subarray(at + 8, end));
    at = end;
  }
  return Buffer.concat(pieces).toString('utf8');
}

function unlessAbsent(error: { statusCode?: number }): void {
  if (error.statusCode !== 404) throw error;
}
