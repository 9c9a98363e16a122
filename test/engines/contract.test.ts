import { after, before, describe } from 'node:test';
import { openDockerEngine } from '../../shared/engine/docker.ts';
import type { Engine } from '../../shared/engine/engine.ts';
import { engineContract } from './contract.ts';
import { disturbanceContract } from './disturbances.ts';
import { engineKinds } from './kinds.ts';
import { selectedEngines } from './selection.ts';
import { serveContract } from './serve.ts';
import type { ThrowawayEngine } from './throwaway.ts';
import { transferContract } from './transfer.ts';

for (const { kind, skip } of await selectedEngines(process.env)) {
  describe(`an engine: ${kind}`, { skip }, () => {
    let throwaway: ThrowawayEngine;
    let engine: Engine;
    before(async () => {
      throwaway = await engineKinds[kind]();
      engine = await openDockerEngine({ env: {}, host: throwaway.host });
    });
    after(() => throwaway?.stop());
    engineContract(() => engine);
    describe('push and pull', () => transferContract(() => engine));
    describe('what else happens during a pull', () =>
      disturbanceContract(
        () => engine,
        () => throwaway,
      ));
    describe('serve', () =>
      serveContract(
        () => engine,
        () => throwaway.host,
      ));
  });
}
