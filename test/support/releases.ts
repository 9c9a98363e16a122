import { digestOf } from '../../shared/digest.ts';
import { buildImage } from './image/build.ts';
import { bytesOf } from './image/bytes.ts';
import { writeLayout } from './image/layouts.ts';

/** Small images of one service that differ in their configs only, each as an archive. */
export async function buildReleases(count: number) {
  const layers = [[{ name: 'app', content: 'x'.repeat(50_000) }]];
  return Promise.all(
    Array.from({ length: count }, async (_, index) => {
      const image = await buildImage({ layers, overrides: { config: { Env: [`N=${index}`] } } });
      const archive = await bytesOf(await writeLayout({ image, references: [] }, 'oci'));
      return { digest: digestOf(image.manifest), archive };
    }),
  );
}
