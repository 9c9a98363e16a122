/** What every instance has at its hypervisor: its metadata, and names. */
import { startImdsServer } from '../../imds/server.ts';
import { type Addresses, bucketName } from '../addresses.ts';
import { role } from '../credentials.ts';
import { startResolver } from './resolver.ts';
import { readOptions, tell } from './tell.ts';

export interface VpcState {
  /** Names that were asked for, each once. */
  names: string[];
  /** Paths of the metadata service that were answered, each once. */
  metadata: string[];
}

const at = readOptions<Addresses>();
const imds = await startImdsServer({ credentials: role }, { host: at.metadata, port: 80 });
const names = new Set<string>();
await startResolver(at.resolver, { name: bucketName, address: at.bucket }, (name) =>
  names.add(name),
);
tell((): VpcState => ({ names: [...names], metadata: [...new Set(imds.answered)] }));
