import { messageOf, WherryError } from '../error.ts';

/** What docker-modem rejects with: an answer's status, or the system's code of a broken connection. */
interface ModemError extends Error {
  statusCode?: number;
  code?: string;
}

/** The error for a request that failed, whatever it failed by; a WherryError stays what it is. */
export function engineFailure(error: unknown, host: string): WherryError {
  if (error instanceof WherryError) return error;
  const { statusCode, code } = error as ModemError;
  if (statusCode !== undefined) return refusal(statusCode, engineMessage(error), error);
  return unreachable(code ?? '', host, error) ?? brokenOff(code ?? '', host, error);
}

/** The error for what the engine itself says went wrong. */
export function engineReport(message: string, cause?: unknown): WherryError {
  if (/no space left on device|disk quota exceeded/i.test(message)) {
    return new WherryError('NO_SPACE', `The engine's disk is full: ${sentence(message)}`, {
      side: 'engine',
      hint: 'Free some, such as with "docker image prune", and try again.',
      cause,
    });
  }
  return new WherryError('ENGINE_FAILED', `The engine failed: ${sentence(message)}`, {
    side: 'engine',
    hint: "The engine's own log may say more.",
    cause,
  });
}

export function noSuchImage(reference: string, cause: unknown): WherryError {
  return missing(`The engine has no image "${reference}".`, cause);
}

function missing(message: string, cause: unknown): WherryError {
  return new WherryError('NOT_FOUND', message, {
    side: 'engine',
    hint: 'See "docker images".',
    cause,
  });
}

function refusal(status: number, message: string, cause: unknown): WherryError {
  if (status === 404) return missing(`The engine says: ${sentence(message)}`, cause);
  if (status !== 409) return engineReport(message || `HTTP status ${status}`, cause);
  return new WherryError('ENGINE_FAILED', `The engine refused: ${sentence(message)}`, {
    side: 'engine',
    hint: 'Remove the containers that use the image first.',
    cause,
  });
}

function unreachable(code: string, host: string, cause: unknown): WherryError | undefined {
  if (/^(EACCES|EPERM)$/.test(code)) {
    return new WherryError('NO_ENGINE', `The socket of the engine, ${host}, may not be used.`, {
      side: 'engine',
      hint: 'Run this as root (sudo), or as a member of the group "docker".',
      cause,
    });
  }
  if (
    /^(ENOENT|ENOTSOCK|ECONNREFUSED|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|E(HOST|NET)UNREACH)$/.test(code)
  ) {
    return new WherryError('NO_ENGINE', `No Docker engine answers at ${host}.`, {
      side: 'engine',
      hint: `${code === 'ENOENT' ? 'Install it or start' : 'Start'} it, or set DOCKER_HOST.`,
      cause,
    });
  }
  if (/^HPE_|_SSL_|_TLS_|CERT|SIGNATURE|UNABLE_TO/.test(code)) {
    const message = `What answers at ${host} is no engine that can be trusted: ${messageOf(cause)}.`;
    return new WherryError('NO_ENGINE', message, {
      side: 'engine',
      hint: 'Check DOCKER_HOST, DOCKER_TLS_VERIFY and DOCKER_CERT_PATH, or the Docker context.',
      cause,
    });
  }
  return undefined;
}

function brokenOff(code: string, host: string, cause: unknown): WherryError {
  const detail = /^(ECONNRESET|EPIPE|ERR_STREAM_PREMATURE_CLOSE)$/.test(code)
    ? ''
    : ` (${messageOf(cause)})`;
  return new WherryError(
    'ENGINE_FAILED',
    `The engine at ${host} went away in the middle${detail}.`,
    {
      side: 'engine',
      hint: 'See whether it still runs, and try again.',
      cause,
    },
  );
}

/** docker-modem writes `(HTTP code 500) server error - MESSAGE `. */
function engineMessage(error: unknown): string {
  return messageOf(error).replace(/^\(HTTP code \d+\) .*? - /, '');
}

function sentence(message: string): string {
  const text = message.replace(/\s+/g, ' ').trim();
  return text.endsWith('.') ? text : `${text}.`;
}
