import { askInstance } from '../bucket/s3/metadata-service.ts';
import type { Environment } from '../environment.ts';

/** The subnet and VPC of the instance that this runs on, for a sentence; undefined elsewhere. */
export function instanceNetwork(env: Environment): Promise<string | undefined> {
  return askInstance(env, async (read) => {
    const about = `network/interfaces/macs/${await read('mac')}`;
    return `${await read(`${about}/subnet-id`)} in ${await read(`${about}/vpc-id`)}`;
  });
}
