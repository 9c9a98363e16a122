import { buildImage, type ImageOptions, type TestImage } from './build.ts';
import { printerOf } from './executable.ts';

export interface HelloOptions {
  /** What a container of it prints. */
  greeting: string;
  /** `amd64` when left out. */
  architecture?: 'amd64' | 'arm64';
  /** Layers below, such as big ones. */
  base?: ImageOptions['layers'];
}

/** An image that runs without any base image: it prints its greeting and exits with 0. */
export function helloImage({
  greeting,
  architecture = 'amd64',
  base = [],
}: HelloOptions): Promise<TestImage> {
  return buildImage({
    platform: `linux/${architecture}`,
    layers: [
      ...base,
      [{ name: 'hello', content: printerOf('/greeting', architecture), mode: 0o755 }],
      [{ name: 'greeting', content: greeting }],
    ],
    overrides: { config: { Cmd: ['/hello'] } },
  });
}
