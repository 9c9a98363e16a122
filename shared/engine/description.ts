import { type Digest, digestFromHex, isDigest } from '../digest.ts';
import { isWherryError } from '../error.ts';
import { armVariant, normalizePlatform, type Platform, readPlatform } from '../image/platform.ts';
import { formatReference, parseReference } from '../image/reference.ts';
import type { ContainerHealth, EngineContainer, EngineImage, ImageStore } from './engine.ts';

/** What is read of `GET /images/{name}/json`. */
export interface ImageAnswer {
  Id: string;
  RepoTags?: string[] | null;
  RootFS?: { Layers?: string[] | null };
  Os?: string;
  Architecture?: string;
  Variant?: string;
  Size?: number;
  /** Of API 1.48, on the containerd store, where the query asks for them. */
  Manifests?: ManifestAnswer[] | null;
}

/** What is read of a manifest below an image's index; attestations are some too. */
interface ManifestAnswer {
  Kind?: string;
  Available?: boolean;
  ImageData?: { Platform?: unknown } | null;
}

/** What is read of `GET /containers/{name}/json`. */
export interface ContainerAnswer {
  Id: string;
  Image: string;
  State: { Running?: boolean; Health?: { Status?: string } | null };
}

/** What is read of `GET /version`. */
export interface VersionAnswer {
  Version: string;
  ApiVersion: string;
  MinAPIVersion?: string;
  Os: string;
  Arch: string;
  Components?: { Name: string }[] | null;
}

/** What is read of `GET /info`. */
export interface InfoAnswer {
  /** The machine's, as uname(2) has it. */
  Architecture?: string;
  DriverStatus?: [string, string][] | null;
  DockerRootDir?: string;
  /** The containerd that the engine uses; of API 1.46. */
  Containerd?: { Address?: string } | null;
}

export function imageOf(answer: ImageAnswer): EngineImage {
  const platforms = answer.Manifests?.filter(({ Kind, Available }) => Kind === 'image' && Available)
    .map(({ ImageData }) => readPlatform(ImageData?.Platform))
    .filter((platform) => platform !== undefined);
  return {
    id: idOf(answer.Id),
    diffIds: (answer.RootFS?.Layers ?? []).filter(isDigest),
    platform: platformOf(answer.Os, answer.Architecture, answer.Variant),
    ...(platforms && { platforms }),
    tags: (answer.RepoTags ?? []).flatMap(familiarTag),
    size: answer.Size ?? 0,
  };
}

export function containerOf({ Id, Image, State }: ContainerAnswer): EngineContainer {
  const status = State.Health?.Status ?? '';
  const health = isHealth(status) ? status : 'none';
  return { id: Id, image: idOf(Image), running: State.Running === true, health };
}

function isHealth(status: string): status is ContainerHealth {
  return ['starting', 'healthy', 'unhealthy'].includes(status);
}

export function imageStoreOf(version: VersionAnswer, info: InfoAnswer): ImageStore {
  if (version.Components?.some(({ Name }) => Name === 'Podman Engine')) return 'podman';
  const containerd = info.DriverStatus?.some(
    ([key, value]) => key === 'driver-type' && value === 'io.containerd.snapshotter.v1',
  );
  return containerd ? 'containerd' : 'graph-driver';
}

/** A containerd that is the system's own, not the engine's, keeps images in its own folder. */
export function rootOf({ Containerd, DockerRootDir }: InfoAnswer, store: ImageStore) {
  const shared =
    store === 'containerd' && Containerd?.Address === '/run/containerd/containerd.sock';
  return shared ? '/var/lib/containerd' : DockerRootDir;
}

/** What an engine runs; of an ARM machine only its name tells the variant. */
export function enginePlatform({ Os, Arch }: VersionAnswer, info: InfoAnswer): Platform {
  return platformOf(Os, Arch, Arch === 'arm' ? armVariant(info.Architecture ?? '') : undefined);
}

/** The containerd store says nothing of an image whose config it lacks. */
function platformOf(os?: string, architecture?: string, variant?: string): Platform {
  return normalizePlatform({
    os: os || 'linux',
    architecture: architecture || 'amd64',
    ...(variant && { variant }),
  });
}

/** Podman leaves the algorithm out. */
export function idOf(id: string): Digest {
  return digestFromHex(id.replace(/^sha256:/, ''));
}

/** `<none>:<none>` is how older engines say that there is no tag. */
function familiarTag(tag: string): string[] {
  try {
    return [formatReference(parseReference(tag))];
  } catch (error) {
    if (isWherryError(error, 'BAD_INPUT')) return [];
    throw error;
  }
}
