import type { Environment } from '../../environment.ts';
import { metadataServices, openMetadata } from './metadata-service.ts';

/** The region of the EC2 instance that this runs on, from its metadata service; undefined elsewhere. */
export async function instanceRegion(env: Environment): Promise<string | undefined> {
  for (const service of metadataServices(env)) {
    try {
      const read = await openMetadata(service);
      return await read('placement/region');
    } catch {
      // The next one, or none.
    }
  }
  return undefined;
}
