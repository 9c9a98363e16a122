import type { Environment } from '../../environment.ts';
import { fromMetadata } from './metadata.ts';

/** The region of the EC2 instance that this runs on; undefined elsewhere. */
export function instanceRegion(env: Environment): Promise<string | undefined> {
  return fromMetadata(env, (metadata) => metadata.read('placement/region'));
}
