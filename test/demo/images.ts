import { randomUUID } from 'node:crypto';
import { type Blob, buildImage, type TestImage } from '../support/image/build.ts';
import { printerOf } from '../support/image/executable.ts';
import { randomBytes } from '../support/image/random.ts';
import { sourceTree } from '../support/image/source-tree.ts';
import type { TarMember } from '../support/image/tar.ts';

export type Architecture = 'amd64' | 'arm64';

/** What a container of the service prints. */
export const greeting = 'Hello from a container whose image came through S3!\n';

export const sourceFiles = 4_000;
const sourceBytes = 42e6;
const baseBytes = 6e6;

/** The builds of a service, each made when it is first asked for. */
export interface Service {
  first(): Promise<TestImage>;
  /** With one file edited. */
  edited(): Promise<TestImage>;
  /** The edited one, with new modification times in every layer but the base image's. */
  rebuilt(): Promise<TestImage>;
}

export function newService(architecture: Architecture): Service {
  // No image of any other run, nor of the user, has this image's ID: it can be removed by that.
  const run = randomUUID();
  const now = Date.now();
  const hoursAgo = (hours: number) => new Date(now - hours * 3_600_000);
  const build = (edited: number[], mtime: Date, created = mtime) => {
    const tree = sourceTree({ files: sourceFiles, bytes: sourceBytes, seed: 20, edited });
    return buildImage({
      platform: `linux/${architecture}`,
      layers: [base, tree.tar(mtime), programOf(architecture, mtime)],
      overrides: {
        created: created.toISOString(),
        config: { Cmd: ['/hello'], Labels: { 'wherry.demo.run': run } },
      },
    });
  };
  const middle = [sourceFiles / 2];
  return {
    first: once(() => build([], hoursAgo(3))),
    // Where an image is built again, files that nobody edits keep their times.
    edited: once(() => build(middle, hoursAgo(3), hoursAgo(2))),
    rebuilt: once(() => build(middle, hoursAgo(1))),
  };
}

/** Uncompressed. */
export function imageBytes(image: TestImage): number {
  return image.layers.reduce((sum, { size }) => sum + size, image.config.length);
}

/** The layer with the service's source files. */
export function sourceLayer(image: TestImage): Blob {
  return image.layers[1] as Blob;
}

/** Stands for a distribution: programs, which compress badly. */
const base: TarMember[] = [
  { name: 'etc/os-release', content: 'ID=demo\n' },
  { name: 'usr/lib/libdemo.so', content: randomBytes(baseBytes, 1) },
];

function programOf(architecture: Architecture, mtime: Date): TarMember[] {
  return [
    { name: 'hello', content: printerOf('/greeting', architecture), mode: 0o755, mtime },
    { name: 'greeting', content: greeting, mtime },
  ];
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
