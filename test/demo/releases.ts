import { formatBytes } from '../../shared/report/format.ts';
import type { TestImage } from '../support/image/build.ts';
import { imageBytes, type Service, sourceFiles, sourceLayer } from './images.ts';

/** A push of the demo, and why it is made. */
export interface Release {
  heading: string;
  /** What the table calls it. */
  push: string;
  build(service: Service): Promise<TestImage>;
  about(image: TestImage): string;
}

export const releases: Release[] = [
  {
    heading: '1. CI pushes an image for the first time',
    push: 'first',
    build: (service) => service.first(),
    about: (image) =>
      `A base image and a service of ${sourceFiles.toLocaleString('en')} files, ` +
      `${formatBytes(imageBytes(image))} in ${image.layers.length} layers. The store is empty: ` +
      'all of it is sent, compressed.',
  },
  {
    heading: '2. The same image again',
    push: 'same again',
    build: (service) => service.first(),
    about: () => 'Nothing has changed, and nothing is sent.',
  },
  {
    heading: '3. After an edit of one file',
    push: 'one file edited',
    build: (service) => service.edited(),
    about: (image) =>
      'To Docker the layer with that file is a new one, and a registry would be sent all ' +
      `${formatBytes(sourceLayer(image).size)} of it, compressed. Wherry cuts layers into ` +
      'chunks by their content, and sends the chunks that are new.',
  },
  {
    heading: '4. After a rebuild without cache',
    push: 'rebuilt',
    build: (service) => service.rebuilt(),
    about: () =>
      'The same files, each with a new modification time: to Docker, all layers above the base ' +
      'image are new ones. Wherry chunks what is in the files apart from what is said of them.',
  },
];
