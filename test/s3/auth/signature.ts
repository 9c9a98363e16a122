import { createHash, createHmac } from 'node:crypto';

/** What a signature is bound to: `20260131/us-east-1/s3/aws4_request`. */
export interface Scope {
  /** YYYYMMDD */
  date: string;
  region: string;
  service: string;
}

export function scopeText({ date, region, service }: Scope): string {
  return `${date}/${region}/${service}/aws4_request`;
}

/** Signs with one secret, within one scope. */
export class Signer {
  readonly #key: Buffer;
  readonly #prefix: string;

  /** `timestamp` is the request's own, as YYYYMMDDTHHMMSSZ. */
  constructor(secretAccessKey: string, timestamp: string, scope: Scope) {
    this.#key = signingKey(secretAccessKey, scope);
    this.#prefix = `${timestamp}\n${scopeText(scope)}\n`;
  }

  stringToSign(algorithm: string, lines: readonly string[]): string {
    return `${algorithm}\n${this.#prefix}${lines.join('\n')}`;
  }

  sign(stringToSign: string): string {
    return createHmac('sha256', this.#key).update(stringToSign).digest('hex');
  }
}

// Four HMACs a request are spared by remembering the keys of the current scopes.
const KEYS = new Map<string, Buffer>();
const MAX_KEYS = 1000;

function signingKey(secretAccessKey: string, scope: Scope): Buffer {
  const name = `${secretAccessKey}\n${scopeText(scope)}`;
  let key = KEYS.get(name);
  if (!key) {
    key = Buffer.from(`AWS4${secretAccessKey}`);
    for (const part of [scope.date, scope.region, scope.service, 'aws4_request']) {
      key = createHmac('sha256', key).update(part).digest();
    }
    if (KEYS.size >= MAX_KEYS) KEYS.clear();
    KEYS.set(name, key);
  }
  return key;
}

export function sha256Hex(
  bytes: string | Uint8Array,
  encoding: 'utf8' | 'latin1' = 'utf8',
): string {
  const hash = createHash('sha256');
  return (typeof bytes === 'string' ? hash.update(bytes, encoding) : hash.update(bytes)).digest(
    'hex',
  );
}
