import type { Environment } from '../../environment.ts';
import { askInstance } from './metadata-service.ts';

/** The region of the EC2 instance that this runs on, from its metadata service; undefined elsewhere. */
export function instanceRegion(env: Environment): Promise<string | undefined> {
  return askInstance(env, (read) => read('placement/region'));
}
