import { type Arrival, INTERNET } from './auth/arrival.ts';
import type { Credential } from './auth/credentials.ts';
import type { Authorize } from './auth/permissions.ts';
import type { PolicyDocument } from './auth/policy-document.ts';
import { Clock } from './clock.ts';
import { type FaultRule, Faults } from './faults/rules.ts';
import { Admission } from './http/admission.ts';
import { type ConditionOptions, Conditions } from './http/conditions.ts';
import { Listener, urlOf } from './http/listener.ts';
import type { Service } from './http/service.ts';
import { RequestLog } from './request-log.ts';
import { isBucketName } from './storage/bucket-name.ts';
import { Storage } from './storage/storage.ts';

export type { Arrival } from './auth/arrival.ts';
export type { Credential } from './auth/credentials.ts';
export type { AuthorizationRequest, Authorize } from './auth/permissions.ts';
export type { PolicyDocument } from './auth/policy-document.ts';
export type { Clock } from './clock.ts';
export type { FaultAction } from './faults/actions.ts';
export type { FaultMatch, FaultRule, Faults } from './faults/rules.ts';
export type { ConditionOptions, Conditions } from './http/conditions.ts';
export type { LoggedRequest, RequestFilter, RequestLog } from './request-log.ts';

export interface S3ServerOptions extends ConditionOptions {
  /** Where the objects are kept; made when absent. A server started on it again serves them. */
  folder: string;
  credentials: Credential[];
  /** Created when absent, in the server's region unless they name another. */
  buckets?: (string | { name: string; region: string })[];
  /** 0, the default, takes any free one. */
  port?: number;
  /** An address of this machine, IPv4 or IPv6; 127.0.0.1 by default. */
  host?: string;
  /** us-east-1 by default. */
  region?: string;
  /** Let the process end when nothing but the server is left in it; by default it stays for the server. */
  background?: boolean;
  /** May deny what the policies allow. */
  authorize?: Authorize;
  /** By the bucket's name. */
  bucketPolicies?: Record<string, PolicyDocument>;
  /** Further ports, by names of your own, each of which stands for another way to S3. */
  entrances?: Record<string, Arrival>;
  /** Milliseconds that the server's clock is ahead. */
  clockOffset?: number;
  faults?: FaultRule[];
  /** Of all that is drawn at random; 1 by default. */
  seed?: number;
}

export interface S3Server {
  /** `http://host:port`, the endpoint for path-style addresses. */
  url: string;
  port: number;
  /** Of the entrances, by their names. */
  urls: Readonly<Record<string, string>>;
  /** By the bucket's name; can be changed at any time. */
  bucketPolicies: Record<string, PolicyDocument>;
  requests: RequestLog;
  faults: Faults;
  conditions: Conditions;
  clock: Clock;
  /** Ends every connection at once, also a stalled one. The folder stays. Idempotent. */
  close(): Promise<void>;
}

/** Starts a server that answers as Amazon S3 does. Rejects when it cannot. */
export async function startS3Server(options: S3ServerOptions): Promise<S3Server> {
  const { host = '127.0.0.1', region = 'us-east-1', seed = 1 } = options;
  const storage = new Storage(options.folder);
  const clock = new Clock(options.clockOffset);
  for (const bucket of options.buckets ?? []) {
    const named = typeof bucket === 'string' ? { name: bucket, region } : bucket;
    if (!isBucketName(named.name)) throw new Error(`${named.name} is no name for a bucket`);
    if (!storage.get(named.name)) storage.create({ ...named, created: clock.now() });
  }
  const requests = new RequestLog();
  const faults = new Faults(options.faults ?? [], seed);
  const conditions = new Conditions(options, seed);
  const bucketPolicies = { ...options.bucketPolicies };
  const service: Service = {
    storage,
    credentials: options.credentials,
    region,
    clock,
    permissions: { authorize: options.authorize, bucketPolicies },
    faults,
    conditions,
    admission: new Admission(conditions),
    requests,
  };
  const main = new Listener(service, INTERNET);
  const port = await main.listen(options.port ?? 0, host);
  const listeners = [main];
  const urls: Record<string, string> = {};
  for (const [name, arrival] of Object.entries(options.entrances ?? {})) {
    const listener = new Listener(service, arrival);
    urls[name] = urlOf(host, await listener.listen(0, host));
    listeners.push(listener);
  }
  if (options.background) for (const listener of listeners) listener.unref();
  let closing: Promise<unknown> | undefined;
  return {
    url: urlOf(host, port),
    port,
    urls,
    bucketPolicies,
    requests,
    faults,
    conditions,
    clock,
    async close() {
      closing ??= Promise.all(listeners.map((each) => each.close())).then(() => storage.close());
      await closing;
    },
  };
}
