import type { Readable } from 'node:stream';
import type { Digest } from '../digest.ts';
import type { Platform } from '../image/platform.ts';

/** How an engine keeps images, which decides what an image's ID is and what a delta may leave out. */
export type ImageStore = 'graph-driver' | 'containerd' | 'podman';

export interface EngineInfo {
  /** Such as "20.10.24". */
  version: string;
  /** The API version that was agreed on, such as "1.41". */
  apiVersion: string;
  imageStore: ImageStore;
  /** The platform that the engine runs. */
  platform: Platform;
  /** The folder, on the engine's machine, whose disk images take room on. */
  root: string | undefined;
}

/** An image as an engine describes it. */
export interface EngineImage {
  /** The config's digest on a graph driver, a manifest's or an index's on the containerd store. */
  id: Digest;
  /** The layers' digests, uncompressed, from the base up. */
  diffIds: Digest[];
  platform: Platform;
  /** All platforms that the engine has it for; only where the engine tells (28, containerd store). */
  platforms?: Platform[];
  /** Such as `api:1`, in Docker's familiar form. */
  tags: string[];
  /** Bytes, as the engine counts them; for progress only. */
  size: number;
}

/** What an engine's own check of a container says; `none`: its image declares no HEALTHCHECK. */
export type ContainerHealth = 'none' | 'starting' | 'healthy' | 'unhealthy';

/** A container as an engine describes it. */
export interface EngineContainer {
  id: string;
  /** The ID of the image that it was made from. */
  image: Digest;
  running: boolean;
  health: ContainerHealth;
}

/** A Docker engine, or one that speaks its API. Errors are WherryErrors of the side `engine`. */
export interface Engine {
  /** Such as `unix:///var/run/docker.sock`. */
  readonly host: string;
  /** @throws NO_ENGINE when nothing answers, or what answers is too old */
  info(): Promise<EngineInfo>;
  /** What the engine has under a reference or an ID; undefined when it has no such image. */
  inspect(reference: string): Promise<EngineImage | undefined>;
  /** Every image the engine has, without tags too. */
  images(): Promise<EngineImage[]>;
  /** The container of that name or ID; undefined when there is none. */
  container(name: string): Promise<EngineContainer | undefined>;
  /** The IDs of the images that containers were made from, whether they run or not. */
  imagesInUse(): Promise<Set<Digest>>;
  /** `docker save`: the archive as a stream, which fails when the engine breaks off. */
  save(reference: string, signal?: AbortSignal): Promise<Readable>;
  /**
   * `docker load` of an archive, which is read to its end or destroyed. The engine may have loaded
   * the image as soon as it has seen the tar's end blocks (two zero blocks of 512 bytes), whatever
   * comes of the stream: hold them back until all before them is verified. Once it has the whole, a
   * signal no longer keeps it from loading.
   *
   * @returns the references or IDs that the engine says it loaded
   * @throws ENGINE_FAILED for an error status, and for an error inside an answer of status 200;
   *   when the archive's stream fails, its own error
   */
  load(archive: Readable, signal?: AbortSignal): Promise<string[]>;
  /** Points `tag` (`repository:tag`) at an image; replaces what it pointed at. */
  tag(reference: string, tag: string): Promise<void>;
  /** Removes a tag, and the image when that was its last one. Absent is success. */
  remove(reference: string): Promise<void>;
}
