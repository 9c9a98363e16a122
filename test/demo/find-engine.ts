import { openDockerEngine } from '../../shared/engine/docker.ts';
import type { Engine } from '../../shared/engine/engine.ts';
import { type EngineHost, resolveHost } from '../../shared/engine/host.ts';
import type { Environment } from '../../shared/environment.ts';
import { messageOf } from '../../shared/error.ts';
import { formatPlatform } from '../../shared/image/platform.ts';
import type { Architecture } from './images.ts';

export interface FoundEngine {
  engine: Engine;
  host: EngineHost;
  architecture: Architecture;
  /** What the reader is told of it. */
  description: string;
}

/** The engine that `docker` would use here, when it can run the demo's image; or why there is none. */
export async function findEngine(
  env: Environment,
): Promise<FoundEngine | { engine: undefined; description: string }> {
  try {
    const engine = await openDockerEngine({ env });
    const { version, platform } = await engine.info();
    const { os, architecture } = platform;
    if (os === 'linux' && (architecture === 'amd64' || architecture === 'arm64')) {
      const description = `${version}, at ${engine.host}`;
      return { engine, host: await resolveHost({ env }), architecture, description };
    }
    return none(`The one at ${engine.host} runs ${formatPlatform(platform)}.`);
  } catch (error) {
    return none(messageOf(error));
  }
}

function none(reason: string): { engine: undefined; description: string } {
  return {
    engine: undefined,
    description: `none: ${reason.replace(/^No Docker engine/, 'nothing').replace(/\.$/, '')}`,
  };
}
