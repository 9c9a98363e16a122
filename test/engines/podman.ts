import { startThrowaway, type ThrowawayEngine, type ThrowawayOptions } from './throwaway.ts';

/** Podman's service behind the API of Docker. */
export function startPodmanEngine(options: ThrowawayOptions): Promise<ThrowawayEngine> {
  return startThrowaway(options, (folder) => [
    'env',
    // Where the archive of a load is put meanwhile.
    `TMPDIR=${folder}/data`,
    'podman',
    ...['--root', `${folder}/data`, '--runroot', `${folder}/exec`, '--storage-driver', 'overlay'],
    ...['--cgroup-manager', 'cgroupfs', '--events-backend', 'none'],
    ...['system', 'service', '--time=0', `unix://${folder}/engine.sock`],
  ]);
}
