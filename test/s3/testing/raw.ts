import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { canonicalRequest } from '../auth/canonical-request.ts';
import { type Scope, Signer, scopeText, sha256Hex } from '../auth/signature.ts';
import { uriEncode, uriEncodePath } from '../auth/uri-encode.ts';
import type { Credential } from '../server.ts';
import { CREDENTIAL } from './harness.ts';

/** A request that is signed by hand, so that each of its parts can be made wrong. */
export interface RawRequest {
  method?: string;
  /** Not encoded. */
  path: string;
  query?: Record<string, string>;
  headers?: Record<string, string>;
  body?: string | Buffer;
  payloadHash?: string;
  credential?: Credential;
  region?: string;
  service?: string;
  /** Milliseconds since the epoch. */
  time?: number;
  /** Seconds; makes it a presigned URL. */
  expires?: number;
}

export interface SignedRequest {
  method: string;
  target: string;
  headers: Record<string, string>;
  body: string | Buffer;
  signer: Signer;
  signature: string;
}

export interface RawAnswer {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
  /** The `Code` of an error document. */
  code: string | undefined;
}

export function sign(url: string, raw: RawRequest): SignedRequest {
  const { method = 'GET', path, body = '', credential = CREDENTIAL } = raw;
  const timestamp = new Date(raw.time ?? Date.now()).toISOString().replace(/[-:]|\.\d+/g, '');
  const scope: Scope = {
    date: timestamp.slice(0, 8),
    region: raw.region ?? 'us-east-1',
    service: raw.service ?? 's3',
  };
  const isPresigned = raw.expires !== undefined;
  const payloadHash = raw.payloadHash ?? (isPresigned ? 'UNSIGNED-PAYLOAD' : sha256Hex(body));
  const headers: Record<string, string> = {
    host: new URL(url).host,
    ...raw.headers,
    ...(!isPresigned && { 'x-amz-date': timestamp, 'x-amz-content-sha256': payloadHash }),
    ...(!isPresigned &&
      credential.sessionToken && { 'x-amz-security-token': credential.sessionToken }),
  };
  const signedHeaders = Object.keys(headers).sort();
  const credentialText = `${credential.accessKeyId}/${scopeText(scope)}`;
  const query = new URLSearchParams(raw.query);
  if (isPresigned) {
    query.set('X-Amz-Algorithm', 'AWS4-HMAC-SHA256');
    query.set('X-Amz-Credential', credentialText);
    query.set('X-Amz-Date', timestamp);
    query.set('X-Amz-Expires', `${raw.expires}`);
    query.set('X-Amz-SignedHeaders', signedHeaders.join(';'));
  }
  const signer = new Signer(credential.secretAccessKey, timestamp, scope);
  const canonical = canonicalRequest(
    { method, path, query, headers: new Map(Object.entries(headers)) },
    signedHeaders,
    payloadHash,
  );
  const signature = signer.sign(signer.stringToSign('AWS4-HMAC-SHA256', [sha256Hex(canonical)]));
  if (isPresigned) query.set('X-Amz-Signature', signature);
  else {
    headers.authorization = `AWS4-HMAC-SHA256 Credential=${credentialText}, SignedHeaders=${signedHeaders.join(';')}, Signature=${signature}`;
  }
  const search = [...query].map(([name, value]) => `${uriEncode(name)}=${uriEncode(value)}`);
  const target = `${uriEncodePath(path)}${search.length > 0 ? `?${search.join('&')}` : ''}`;
  return { method, target, headers, body, signer, signature };
}

/** Sends it as it is, on a connection of its own. */
export function send(
  url: string,
  signed: Omit<SignedRequest, 'signer' | 'signature'>,
): Promise<RawAnswer> {
  const { hostname, port } = new URL(url);
  const { method, target, headers, body } = signed;
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest(
      {
        hostname: hostname.replace(/^\[|\]$/g, ''),
        port,
        method,
        path: target,
        headers,
        agent: false,
      },
      async (incoming) => {
        try {
          const text = Buffer.concat(await incoming.toArray()).toString();
          const code = /<Code>([^<]*)<\/Code>/.exec(text)?.[1];
          resolve({
            status: incoming.statusCode ?? 0,
            headers: incoming.headers,
            body: text,
            code,
          });
        } catch (error) {
          reject(error);
        }
      },
    );
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

/** Signs and sends; gives the status and the error code, as `403 AccessDenied`. */
export async function outcome(url: string, raw: RawRequest): Promise<string> {
  const { status, code } = await send(url, sign(url, raw));
  return code === undefined ? `${status}` : `${status} ${code}`;
}
