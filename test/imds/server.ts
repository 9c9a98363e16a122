import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { urlOf } from '../s3/http/listener.ts';

export interface ImdsOptions {
  credentials: { accessKeyId: string; secretAccessKey: string; sessionToken: string };
  /** us-east-1 by default. */
  region?: string;
  /** Of the instance's profile; null where it has none. */
  role?: string | null;
}

export interface ImdsServer {
  /** What AWS_EC2_METADATA_SERVICE_ENDPOINT names; the aws command line wants the slash at its end. */
  url: string;
  /** Paths that were answered, in order. */
  readonly answered: string[];
  /** What is given out from now on, such as credentials that replace those before. */
  options: ImdsOptions;
  close(): Promise<void>;
}

/**
 * The instance metadata service of EC2, version 2 (AWS, "Use the Instance Metadata Service"): a token
 * first, by PUT, then region and credentials for whoever shows it. Version 1 is off.
 *
 * @param place where it listens; any free port of loopback unless given
 */
export async function startImdsServer(
  given: ImdsOptions,
  { host, port: wanted } = { host: '127.0.0.1', port: 0 },
): Promise<ImdsServer> {
  const tokens = new Set<string>();
  const imds = { options: given, answered: [] as string[] };

  function answer(request: IncomingMessage): { status: number; body: string } {
    const { method, headers } = request;
    const path = (request.url ?? '').replace(/\/$/, '');
    if (path === '/latest/api/token') {
      if (headers['x-forwarded-for']) return { status: 403, body: '' };
      const life = Number(headers['x-aws-ec2-metadata-token-ttl-seconds']);
      if (method !== 'PUT' || !(life >= 1 && life <= 21_600)) return { status: 400, body: '' };
      const token = randomUUID();
      tokens.add(token);
      return { status: 200, body: token };
    }
    if (!tokens.has(`${headers['x-aws-ec2-metadata-token']}`)) return { status: 401, body: '' };
    const body = documents(imds.options)[path.replace('/latest/meta-data/', '')];
    return body === undefined ? { status: 404, body: '' } : { status: 200, body };
  }

  const server = createServer((request, response) => {
    const { status, body } = answer(request);
    if (status === 200) imds.answered.push(request.url ?? '');
    response.writeHead(status, { 'content-type': 'text/plain' }).end(body);
  });
  server.listen(wanted, host);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return Object.assign(imds, {
    url: `${urlOf(host, port)}/`,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  });
}

function documents({
  credentials,
  region,
  role = 'instance',
}: ImdsOptions): Record<string, string> {
  const { accessKeyId, secretAccessKey, sessionToken } = credentials;
  const place = region ?? 'us-east-1';
  const mac = '02:29:96:8f:6a:2d';
  const everywhere = {
    'placement/region': place,
    'placement/availability-zone': `${place}a`,
    mac,
    [`network/interfaces/macs/${mac}/subnet-id`]: 'subnet-0be9618e9b7d0b9a1',
    [`network/interfaces/macs/${mac}/vpc-id`]: 'vpc-0a60ab31a7e2c3f45',
  };
  if (role === null) return everywhere;
  return {
    ...everywhere,
    'iam/security-credentials': role,
    [`iam/security-credentials/${role}`]: JSON.stringify(
      {
        Code: 'Success',
        LastUpdated: new Date().toISOString(),
        Type: 'AWS-HMAC',
        AccessKeyId: accessKeyId,
        SecretAccessKey: secretAccessKey,
        Token: sessionToken,
        Expiration: new Date(Date.now() + 6 * 3_600_000).toISOString(),
      },
      null,
      2,
    ),
  };
}
