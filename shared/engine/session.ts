import type { IncomingMessage } from 'node:http';
import { json } from 'node:stream/consumers';
import { isWherryError, throwIfAborted, WherryError } from '../error.ts';
import { agreeOnVersion } from './api-version.ts';
import type { VersionAnswer } from './description.ts';
import { engineFailure } from './failure.ts';
import type { EngineRequest, Send } from './request.ts';

/** What the engine is, and the version of its API that is spoken, such as `1.41`. */
export interface Agreement {
  engine: VersionAnswer;
  apiVersion: string;
}

export interface Session {
  /** @throws WherryError NO_ENGINE when nothing answers, or what answers is too old */
  version(): Promise<Agreement>;
  /** Like the raw one, in the version agreed on. Rejects with WherryErrors. */
  send: Send;
}

/** Milliseconds after which an engine that says nothing at all counts as absent. */
const patience = 30_000;

/**
 * Agrees with the engine on a version of the API at the first request, and again after one that
 * failed: by then the engine may have been replaced by another version.
 */
export function createSession(host: string, sendRaw: Send): Session {
  let agreement: Promise<Agreement> | undefined;

  const forget = (error: unknown): never => {
    if (!isWherryError(error, 'NOT_FOUND')) agreement = undefined;
    throw error;
  };
  const version = () => {
    agreement ??= agree(host, sendRaw).catch(forget);
    return agreement;
  };
  const send = async (request: EngineRequest): Promise<IncomingMessage> => {
    const { apiVersion } = await version();
    return sendRaw({ ...request, path: `/v${apiVersion}${request.path}` }).catch((error) => {
      throwIfAborted(request.signal);
      return forget(engineFailure(error, host));
    });
  };
  return { version, send };
}

async function agree(host: string, send: Send): Promise<Agreement> {
  const engine = await askVersion(host, send);
  return { engine, apiVersion: agreeOnVersion(engine.ApiVersion, engine.MinAPIVersion) };
}

async function askVersion(host: string, send: Send): Promise<VersionAnswer> {
  const signal = AbortSignal.timeout(patience);
  let cause: unknown;
  try {
    const answer = await json(await send({ method: 'GET', path: '/version', signal }));
    const version = answer as Partial<VersionAnswer> | null;
    if (version?.ApiVersion && version.Version) return version as VersionAnswer;
  } catch (error) {
    const failure = engineFailure(error, host);
    if (isWherryError(failure, 'NO_ENGINE')) throw failure;
    cause = error;
  }
  const what = signal.aborted ? 'Nothing' : 'No Docker engine';
  throw new WherryError('NO_ENGINE', `${what} answers at ${host}.`, {
    side: 'engine',
    hint: 'See whether it works ("docker version"), or set DOCKER_HOST.',
    cause,
  });
}
