/** Runs a server by itself: prints one line of JSON once it listens, and ends on SIGTERM or SIGINT. */
import { parseArgs } from 'node:util';
import { ruleFromJson } from './faults/rules.ts';
import { parseBytes, parseDuration, parseLatency } from './quantities.ts';
import { type S3ServerOptions, startS3Server } from './server.ts';

const { values } = parseArgs({
  options: {
    folder: { type: 'string' },
    host: { type: 'string', default: '127.0.0.1' },
    port: { type: 'string', default: '0' },
    region: { type: 'string', default: 'us-east-1' },
    bucket: { type: 'string', multiple: true, default: [] },
    'access-key': { type: 'string' },
    'secret-key': { type: 'string' },
    'session-token': { type: 'string' },
    latency: { type: 'string' },
    rate: { type: 'string' },
    'max-concurrent': { type: 'string' },
    'max-per-second': { type: 'string' },
    'clock-offset': { type: 'string' },
    fault: { type: 'string', multiple: true, default: [] },
    seed: { type: 'string' },
  },
});

function serverOptions(): S3ServerOptions {
  const { folder, 'access-key': accessKeyId, 'secret-key': secretAccessKey } = values;
  if (!folder || !accessKeyId || !secretAccessKey) {
    throw new Error('--folder, --access-key and --secret-key are needed');
  }
  const sessionToken = values['session-token'];
  return {
    folder,
    host: values.host,
    port: Number(values.port),
    region: values.region,
    buckets: values.bucket.map(namedBucket),
    credentials: [{ accessKeyId, secretAccessKey, ...(sessionToken && { sessionToken }) }],
    faults: values.fault.map((json) => ruleFromJson(JSON.parse(json))),
    ...given('latency', values.latency, parseLatency),
    ...given('rate', values.rate, parseBytes),
    ...given('maxConcurrent', values['max-concurrent'], Number),
    ...given('maxPerSecond', values['max-per-second'], Number),
    ...given('clockOffset', values['clock-offset'], parseDuration),
    ...given('seed', values.seed, Number),
  };
}

/** `name`, or `name@region` for a bucket elsewhere. */
function namedBucket(text: string): string | { name: string; region: string } {
  const [name = '', region] = text.split('@');
  return region === undefined ? name : { name, region };
}

function given<Name extends string, Value>(
  name: Name,
  text: string | undefined,
  parse: (text: string) => Value,
): { [N in Name]?: Value } {
  return (text === undefined ? {} : { [name]: parse(text) }) as { [N in Name]?: Value };
}

try {
  const server = await startS3Server(serverOptions());
  process.stdout.write(`${JSON.stringify({ url: server.url, port: server.port })}\n`);
  const end = () => void server.close();
  process.once('SIGTERM', end);
  process.once('SIGINT', end);
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 2;
}
