import { randomUUID } from 'node:crypto';
import { type Digest, digestOf } from '../../shared/digest.ts';
import type { Engine } from '../../shared/engine/engine.ts';
import type { TestImage } from '../support/image/build.ts';
import { writeLayout } from '../support/image/layouts.ts';
import { runContainer } from './container.ts';
import type { Ends, EndsOptions } from './ends.ts';
import type { FoundEngine } from './find-engine.ts';
import { greeting } from './images.ts';

/** A Docker engine, of whose images only the demo's own are touched. */
export async function engineEnds(
  { engine, host }: FoundEngine,
  { cleanup, page }: EndsOptions,
): Promise<Ends> {
  const reference = await freeName(engine);
  /** By ID, for a name could be given to another image meanwhile. */
  const ours = new Set<Digest>();
  const remove = async () => {
    const failures: unknown[] = [];
    for (const id of ours) await engine.remove(id).catch((error) => failures.push(error));
    if (failures.length > 0) throw failures[0];
  };
  cleanup.after(remove);
  return {
    description: `loaded as ${reference}, and removed at the end`,
    reference,
    folder: undefined,
    pushOptions: [],
    pullOptions: [],
    async place(image) {
      for (const id of idsOf(image)) ours.add(id);
      // Not to be interrupted: the engine could yet load what it has when nobody removes it any more.
      await engine.load(await writeLayout({ image, references: [reference] }, 'oci'));
    },
    async empty() {
      await remove();
      return 'The engine has nothing of it left: the demo has removed all that it loaded.';
    },
    async prove(image) {
      const found = await engine.inspect(reference);
      if (found?.diffIds.join() !== image.diffIds.join()) {
        throw new Error('The engine has other layers than the image that was pushed.');
      }
      page.commandLine(['docker', 'run', '--rm', '--network', 'none', reference]);
      const printed = await runContainer(reference, host, cleanup);
      page.output(printed);
      if (printed !== greeting) throw new Error('The container printed something else.');
      page.paragraph('The image that CI pushed runs where it was pulled.');
    },
  };
}

/** A name that no image has, so that none of the user's loses its own. */
async function freeName(engine: Engine): Promise<string> {
  const name = 'wherry-demo/api:1';
  return (await engine.inspect(name)) ? `wherry-demo/api-${randomUUID().slice(0, 8)}:1` : name;
}

/** A graph driver's ID, and the containerd store's. */
function idsOf(image: TestImage): Digest[] {
  return [image.id, digestOf(image.manifest)];
}
