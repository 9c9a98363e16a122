import { startPodmanEngine } from './podman.ts';
import { debianRoot } from './roots.ts';
import { startDockerEngine, type ThrowawayEngine, type ThrowawayOptions } from './throwaway.ts';

type Start = (options?: Pick<ThrowawayOptions, 'folder' | 'disk'>) => Promise<ThrowawayEngine>;

export type EngineKind = 'host' | 'docker-26' | 'docker-sid' | 'docker-sid-containerd' | 'podman';

/** The engines that the tests know, and how to start one of each. */
export const engineKinds: Record<EngineKind, Start> = {
  /** The machine's own dockerd. */
  host: (options) => startDockerEngine({ ...options, name: 'host' }),
  'docker-26': async (options) =>
    startDockerEngine({ ...options, name: 'docker-26', root: await debianRoot('trixie') }),
  'docker-sid': async (options) =>
    startDockerEngine({ ...options, name: 'docker-sid', root: await debianRoot('sid') }),
  'docker-sid-containerd': async (options) =>
    startDockerEngine({
      ...options,
      name: 'docker-sid-containerd',
      root: await debianRoot('sid'),
      containerd: true,
    }),
  podman: async (options) =>
    startPodmanEngine({ ...options, name: 'podman', root: await debianRoot('sid') }),
};
