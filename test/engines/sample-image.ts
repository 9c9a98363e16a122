import { randomBytes } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { pack } from 'tar-stream';
import { contentOf, type Digest, hexOf } from '../../shared/digest.ts';
import { describeManifest, encodeManifest, mediaType } from '../../shared/image/manifest.ts';
import { fullName } from '../../shared/image/reference.ts';

/** A small image, which is another one each time it is made. */
export interface SampleImage {
  configDigest: Digest;
  /** Of its canonical manifest. */
  manifestDigest: Digest;
  diffIds: Digest[];
  /** What an archive of it consists of. */
  config: Buffer;
  manifest: Buffer;
  layers: Buffer[];
}

export interface SampleOptions {
  /** Layers to build on. */
  base?: SampleImage | undefined;
  /** Bytes of the one file in each new layer. */
  size?: number | undefined;
  layers?: number | undefined;
}

export async function sampleImage({
  base,
  size = 1000,
  layers: count = 2,
}: SampleOptions = {}): Promise<SampleImage> {
  const layers = [...(base?.layers ?? [])];
  for (let made = 0; made < count; made++) {
    layers.push(await tarOf({ [`file-${layers.length}`]: randomBytes(size) }));
  }
  const contents = layers.map(contentOf);
  const diffIds = contents.map(({ digest }) => digest);
  const config = Buffer.from(
    JSON.stringify({
      created: '2026-01-02T03:04:05Z',
      architecture: 'amd64',
      os: 'linux',
      config: { Cmd: ['/nothing'] },
      rootfs: { type: 'layers', diff_ids: diffIds },
      history: diffIds.map(() => ({ created: '2026-01-02T03:04:05Z', created_by: 'sample' })),
    }),
  );
  const manifest = encodeManifest(contentOf(config), contents);
  return {
    configDigest: contentOf(config).digest,
    manifestDigest: contentOf(manifest).digest,
    diffIds,
    config,
    manifest,
    layers,
  };
}

export interface SampleArchive {
  /** Such as `api:1`; the image gets no name without it. */
  name?: string | undefined;
  /** Leave out the layers of this image. */
  without?: SampleImage | undefined;
  /** `docker` is what engines before 25 write and read, `both` has an OCI layout beside it. */
  format?: 'docker' | 'both' | undefined;
}

export function archiveOf(
  image: SampleImage,
  { name, without, format = 'both' }: SampleArchive = {},
): Promise<Buffer> {
  const files: Record<string, Buffer> = { [blobPath(image.configDigest)]: image.config };
  image.diffIds.forEach((diffId, index) => {
    const layer = image.layers[index];
    if (layer && !without?.diffIds.includes(diffId)) files[blobPath(diffId)] = layer;
  });
  files['manifest.json'] = jsonOf([
    {
      Config: blobPath(image.configDigest),
      RepoTags: name === undefined ? null : [name],
      Layers: image.diffIds.map(blobPath),
    },
  ]);
  return tarOf(format === 'docker' ? files : { ...files, ...ociFiles(image, name) });
}

function ociFiles(image: SampleImage, name: string | undefined): Record<string, Buffer> {
  const [repository = '', tag = ''] = name?.split(':') ?? [];
  const annotations = {
    'io.containerd.image.name': `${fullName(repository)}:${tag}`,
    'org.opencontainers.image.ref.name': tag,
  };
  const entry = { ...describeManifest(image.manifest), ...(name && { annotations }) };
  return {
    [blobPath(image.manifestDigest)]: image.manifest,
    'oci-layout': jsonOf({ imageLayoutVersion: '1.0.0' }),
    'index.json': jsonOf({ schemaVersion: 2, mediaType: mediaType.index, manifests: [entry] }),
  };
}

async function tarOf(files: Record<string, Buffer>): Promise<Buffer> {
  const tar = pack();
  for (const [name, content] of Object.entries(files)) {
    tar.entry({ name, mtime: new Date(0) }, content);
  }
  tar.finalize();
  return buffer(tar);
}

function blobPath(digest: Digest): string {
  return `blobs/sha256/${hexOf(digest)}`;
}

function jsonOf(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value));
}
