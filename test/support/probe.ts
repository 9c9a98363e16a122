import { get } from 'node:http';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** Milliseconds: shorter ones are the test's own, on a busy machine. */
const noticed = 250;

/** What a service answered, and for how long it did not. */
export interface Probe {
  /** Each answer that differs from the one before. */
  answers: string[];
  /** Milliseconds of each time that it did not answer. */
  outages: number[];
  /** How many questions were not answered. */
  missed: number;
  stop(): Promise<void>;
}

export interface ProbeOptions {
  /** Milliseconds between two questions; 10 by default. */
  pause?: number;
  /** Is called when an answer differs from the one before. */
  heard?: () => void;
}

/** Asks a service every few milliseconds. */
export function startProbe(
  url: string,
  { pause = 10, heard = () => {} }: ProbeOptions = {},
): Probe {
  const answers: string[] = [];
  const outages: number[] = [];
  let missed = 0;
  let stopped = false;
  const probing = (async () => {
    let last = performance.now();
    while (!stopped) {
      const answer = await ask(url);
      const now = performance.now();
      if (answer !== undefined) {
        if (now - last > noticed && answers.length > 0) outages.push(Math.round(now - last));
        last = now;
        if (answers.at(-1) !== answer) {
          answers.push(answer);
          heard();
        }
      } else missed++;
      await sleep(pause);
    }
  })();
  return {
    answers,
    outages,
    get missed() {
      return missed;
    },
    async stop() {
      stopped = true;
      await probing;
    },
  };
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (typeof address !== 'object' || !address) throw new Error('no port');
  return address.port;
}

function ask(url: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const request = get(url, { agent: false, timeout: 1_000 }, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (piece) => {
        text += piece;
      });
      answer.on('end', () => resolve(text)).on('error', () => resolve(undefined));
    });
    request.on('error', () => resolve(undefined));
    request.on('timeout', () => request.destroy());
  });
}
