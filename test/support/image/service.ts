import { access, readFile } from 'node:fs/promises';
import { buildImage, type TestImage } from './build.ts';

const busybox = '/bin/busybox';

/** Why there can be no service image here, or false. */
export async function whyNoService(): Promise<string | false> {
  const there = await access(busybox).then(
    () => true,
    () => false,
  );
  return there ? false : 'LEFT OUT: there is no busybox-static; run ./test/run';
}

/**
 * A web server that answers with its version, and whose own check fails unless it is `healthy`.
 *
 * @param address where it listens, as a URL has it: loopback is always among it
 */
export async function serviceImage(
  version: string,
  port: number,
  healthy: boolean,
  address = '127.0.0.1',
): Promise<TestImage> {
  const second = 1_000_000_000;
  return buildImage({
    layers: [
      [{ name: 'busybox', content: await readFile(busybox), mode: 0o755 }],
      [
        { name: 'www/index.html', content: version },
        ...(healthy ? [{ name: 'www/ok', content: 'ok' }] : []),
      ],
    ],
    overrides: {
      config: {
        Cmd: ['/busybox', 'httpd', '-f', '-p', `${address}:${port}`, '-h', '/www'],
        StopSignal: 'SIGKILL',
        Healthcheck: {
          Test: ['CMD', '/busybox', 'wget', '-q', '-O', '-', `http://127.0.0.1:${port}/ok`],
          Interval: second / 2,
          Timeout: 5 * second,
          Retries: 3,
        },
      },
    },
  });
}
