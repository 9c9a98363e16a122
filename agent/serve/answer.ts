import { exitCodeOf, exitCodes, messageOf, WherryError } from '../../shared/error.ts';
import { Refusal } from './refusal.ts';

/** A response in the making; for HEAD it goes without its body. */
export interface Answer {
  status: number;
  headers: Record<string, string | number>;
  /** A stream has as many bytes as its `content-length` says. */
  body?: Buffer | (() => AsyncIterable<Buffer>);
}

export function jsonAnswer(
  status: number,
  value: unknown,
  headers: Record<string, string> = {},
): Answer {
  const body = Buffer.from(JSON.stringify(value));
  return {
    status,
    headers: { 'content-type': 'application/json', 'content-length': body.length, ...headers },
    body,
  };
}

/**
 * Whatever was thrown, as the specification has errors (spec.md, "Error Codes"). What the store did
 * wrong is not the client's doing, nor a matter of its credentials: 503 for what may pass, else 502.
 */
export function errorAnswer(error: unknown): Answer {
  if (error instanceof Refusal) {
    const { status, code, message, headers } = error;
    return jsonAnswer(status, { errors: [{ code, message }] }, headers);
  }
  const ours = error instanceof WherryError ? error : undefined;
  const [code, message] = [ours?.code ?? 'FAILED', messageOf(error)];
  const detail = { side: ours?.side ?? 'local', hint: ours?.hint };
  const mayPass = exitCodeOf(error) === exitCodes.UNAVAILABLE;
  return jsonAnswer(mayPass ? 503 : 502, { errors: [{ code, message, detail }] });
}
