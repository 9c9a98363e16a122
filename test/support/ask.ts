import { Agent, type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http';

export interface Asked {
  status: number;
  headers: IncomingHttpHeaders;
  body: Buffer;
  /** Whether all came that was announced. */
  complete: boolean;
  // biome-ignore lint/suspicious/noExplicitAny: each body has a shape of its own
  json: () => any;
}

export interface AskOptions {
  method?: string;
  headers?: Record<string, string>;
  body?: string;
}

/** One HTTP request, over a connection of its own; the path goes out as it is. */
export async function ask(
  url: string,
  path: string,
  { method = 'GET', headers: given = {}, body }: AskOptions = {},
): Promise<Asked> {
  const { hostname, port } = new URL(url);
  const headers = body === undefined ? given : { ...given, 'content-length': `${body.length}` };
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const host = hostname.replace(/^\[|\]$/g, '');
    const asked = request({ host, port, path, method, headers, agent: new Agent() }, resolve);
    asked.on('error', reject).end(body);
  });
  const pieces: Buffer[] = [];
  response.on('data', (piece) => pieces.push(piece));
  await new Promise<void>((resolve) => {
    // A response that was cut short has an error, then closes.
    response.on('error', () => {}).on('close', resolve);
  });
  const bytes = Buffer.concat(pieces);
  return {
    status: response.statusCode ?? 0,
    headers: response.headers,
    body: bytes,
    complete: response.complete,
    json: () => JSON.parse(bytes.toString('utf8')),
  };
}
