import { openDockerEngine } from '../../shared/engine/docker.ts';
import { startDockerEngine } from '../engines/throwaway.ts';
import { archiveOf } from '../support/image/archive.ts';
import { layouts } from '../support/image/layouts.ts';
import { serviceImage } from '../support/image/service.ts';
import { type RunResult, run } from '../support/program.ts';
import { awsEnvironment } from '../support/s3.ts';
import type { Cleanup } from '../support/temp.ts';
import { bucketName, type Family, ports } from './addresses.ts';
import type { Network } from './network.ts';

/** Of all that CI and the instance do. */
export const store = 's3://images/team';

/** The host that builds images, and runs `wherry`. */
export interface Ci {
  /** Has it there as `api:<version>`: a web server that answers with its version. */
  build(version: string, healthy?: boolean): Promise<void>;
  /** Runs `wherry` to its end, whatever that is. */
  tries(...args: string[]): Promise<RunResult>;
  /** The same with --json, which must succeed: gives its document. */
  // biome-ignore lint/suspicious/noExplicitAny: each command has a document of its own
  wherry(...args: string[]): Promise<any>;
}

export async function startCi(t: Cleanup, { ci }: Network, family: Family): Promise<Ci> {
  const docker = await startDockerEngine({ name: 'ci', network: ci.pid });
  t.after(() => docker.stop());
  const env = {
    ...awsEnvironment(`http://${bucketName}:${ports.s3}`),
    DOCKER_HOST: docker.host,
    WHERRY_STORE: store,
  };
  const engine = await openDockerEngine({ env });
  const any = family === 'IPv4' ? '0.0.0.0' : '[::]';
  const tries = (...args: string[]) => run('wherry', args, { env, enter: ci.enter });
  return {
    tries,
    async build(version, healthy = true) {
      const image = await serviceImage(version, ports.service, healthy, any);
      const archive = archiveOf(await layouts.oci([{ image, references: [`api:${version}`] }]));
      await engine.load(archive);
    },
    async wherry(...args) {
      const { code, stderr, json } = await tries(...args, '--json');
      if (code !== 0) throw new Error(`wherry ${args.join(' ')}: ${stderr}`);
      return json();
    },
  };
}
