import { get as httpGet, type IncomingMessage } from 'node:http';
import { get as httpsGet } from 'node:https';
import { usageError } from '../../shared/command/options.ts';
import type { CommandContext } from '../../shared/command/spec.ts';
import type { Digest } from '../../shared/digest.ts';
import type { Engine } from '../../shared/engine/engine.ts';
import type { Environment } from '../../shared/environment.ts';
import { messageOf } from '../../shared/error.ts';
import type { Clock } from './clock.ts';
import { runShell } from './shell.ts';

/** What `--health` says. */
export type HealthSpec =
  | { kind: 'command'; command: string }
  | { kind: 'url'; url: URL }
  | { kind: 'container'; name: string };

/** What one look found: `why` where it is not healthy; `final` where waiting would not help. */
export interface HealthResult {
  healthy: boolean;
  why?: string;
  final?: boolean;
}

export interface HealthParts {
  engine: Engine;
  env: Environment;
  kill: CommandContext['kill'];
}

/** Milliseconds that one look may take, and between two. */
const patience = 10_000;
const pause = 1_000;

/** @throws WherryError USAGE for a text that is none of the three */
export function parseHealth(text: string): HealthSpec {
  if (text.startsWith('container:')) {
    const name = text.slice('container:'.length);
    if (name) return { kind: 'container', name };
    throw usageError('--health container: names no container.', 'Write container:NAME.');
  }
  if (!/^https?:\/\//.test(text)) return { kind: 'command', command: text };
  if (URL.canParse(text)) return { kind: 'url', url: new URL(text) };
  throw usageError(`"${text}" is no URL.`, 'Write --health http://127.0.0.1:8080/health.');
}

/**
 * Looks once. A container is healthy only when it was made from `image` and its own check says so; for
 * the other kinds what answers is taken to be the release.
 */
export async function checkHealth(
  spec: HealthSpec,
  image: Digest,
  parts: HealthParts,
  signal?: AbortSignal,
): Promise<HealthResult> {
  if (spec.kind === 'command') return checkCommand(spec.command, parts, signal);
  if (spec.kind === 'url') return checkUrl(spec.url);
  return checkContainer(spec.name, image, parts.engine);
}

/** Looks until it is healthy, will never be, or the time is over. */
export async function waitForHealth(
  look: () => Promise<HealthResult>,
  timeout: number,
  clock: Clock,
  signal: AbortSignal,
): Promise<HealthResult> {
  const end = clock.now() + timeout;
  for (;;) {
    const result = await look();
    if (result.healthy || result.final || clock.now() >= end || signal.aborted) return result;
    await clock.sleep(Math.min(pause, end - clock.now()), signal);
  }
}

async function checkCommand(
  command: string,
  { env, kill }: HealthParts,
  signal: AbortSignal | undefined,
): Promise<HealthResult> {
  let last = '';
  const onLine = (line: string) => {
    if (line.trim() !== '') last = line.trim();
  };
  const failed = await runShell({ command, env, timeout: patience, kill, onLine, signal });
  if (failed === undefined) return { healthy: true };
  return { healthy: false, why: last ? `${failed}: ${last}` : failed };
}

async function checkUrl(url: URL): Promise<HealthResult> {
  try {
    const { statusCode = 0 } = await answerOf(url);
    if (statusCode >= 200 && statusCode < 300) return { healthy: true };
    return { healthy: false, why: `it answers ${statusCode}` };
  } catch (error) {
    return { healthy: false, why: messageOf(error) };
  }
}

/** Not by fetch: it loads all of undici, and keeps connections. */
function answerOf(url: URL): Promise<IncomingMessage> {
  const get = url.protocol === 'https:' ? httpsGet : httpGet;
  return new Promise((resolve, reject) => {
    const options = { agent: false, signal: AbortSignal.timeout(patience) };
    get(url, options, (answer) => {
      answer.on('error', () => {}).destroy();
      resolve(answer);
    }).on('error', reject);
  });
}

async function checkContainer(name: string, image: Digest, engine: Engine): Promise<HealthResult> {
  try {
    const found = await engine.container(name);
    const not = (why: string, final = false) => ({ healthy: false, why, final });
    if (!found) return not(`there is no container ${name}`);
    if (found.image !== image) return not(`${name} is of another image`);
    if (found.health === 'none') return not(`the image of ${name} has no HEALTHCHECK`, true);
    if (found.health === 'unhealthy') return not(`${name} is unhealthy`, found.running);
    if (!found.running) return not(`${name} does not run`);
    if (found.health === 'starting') return not(`${name} is still starting`);
    return { healthy: true };
  } catch (error) {
    return { healthy: false, why: messageOf(error) };
  }
}
