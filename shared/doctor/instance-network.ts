import { fromMetadata } from '../bucket/s3/metadata.ts';
import type { Environment } from '../environment.ts';

/** The subnet and VPC of the instance that this runs on, for a sentence; undefined elsewhere. */
export function instanceNetwork(env: Environment): Promise<string | undefined> {
  return fromMetadata(env, async (metadata) => {
    const about = `network/interfaces/macs/${await metadata.read('mac')}`;
    const subnet = await metadata.read(`${about}/subnet-id`);
    const vpc = await metadata.read(`${about}/vpc-id`);
    return subnet && vpc ? `${subnet} in ${vpc}` : undefined;
  });
}
