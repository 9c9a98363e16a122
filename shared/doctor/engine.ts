import { isWherryError } from '../error.ts';
import type { Check } from './check.ts';
import { type Finding, ok, problemOf } from './finding.ts';
import type { Setting } from './setting.ts';

/** The engine, the version of its API, and how it keeps images. */
export function engineCheck({ openEngine, local }: Setting): Check {
  return {
    name: 'engine',
    needs: [],
    limit: 8_000,
    late: 'ENGINE_DOWN',
    async run() {
      try {
        local.engine = await openEngine();
        local.info = await local.engine.info();
      } catch (error) {
        return [engineTrouble(error)];
      }
      const { version, apiVersion, imageStore } = local.info;
      return [
        ok(
          `Engine ${version} answers at ${local.engine.host}: API ${apiVersion}, images in ${stores[imageStore]}.`,
        ),
      ];
    },
  };
}

const stores = {
  'graph-driver': 'a graph driver',
  containerd: 'the containerd store',
  podman: "Podman's storage",
};

function engineTrouble(error: unknown): Finding {
  if (isWherryError(error, 'USAGE')) return problemOf('ENGINE_ADDRESS', error);
  const { code } = ((error as Error).cause ?? {}) as { code?: string };
  if (code === 'EACCES' || code === 'EPERM') return problemOf('ENGINE_DENIED', error);
  const unsupported = isWherryError(error, 'NO_ENGINE') && / too (?:old|new): /.test(error.message);
  return problemOf(unsupported ? 'ENGINE_UNSUPPORTED' : 'ENGINE_DOWN', error);
}
