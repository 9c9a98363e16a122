import { once } from 'node:events';
import { storeOf } from '../../shared/command/open.ts';
import { textOption } from '../../shared/command/options.ts';
import type { Command } from '../../shared/command/spec.ts';
import { formatBytes } from '../../shared/report/format.ts';
import { parseListenAddress } from './listen-address.ts';

export const serveCommand: Command = {
  name: 'serve',
  summary: 'Serve the store as a registry on the loopback address',
  description:
    'Read-only: docker pull 127.0.0.1:5000/api:production brings api:production out of the store, ' +
    'and so do podman, containerd, skopeo, crane, compose and ECS. Layers are put together and ' +
    'verified while they are sent; nothing is staged. Runs until it is terminated.',
  arguments: [],
  options: [
    {
      name: 'listen',
      value: 'ADDRESS:PORT',
      description: 'where: 127.0.0.1, [::1] or localhost, and a port; 0 takes any that is free',
      default: '127.0.0.1:5000',
    },
  ],
  examples: [
    'wherry serve --store s3://my-images/team',
    'wherry serve --listen [::1]:5000 --log-level debug',
  ],
  async run(_, options, context) {
    const listen = parseListenAddress(textOption(options, 'listen') ?? '');
    const { startRegistry } = await import('./server.ts');
    const { store, meter } = await storeOf(options, context);
    const { report, signal } = context;
    const started = Date.now();
    const { address, served, close } = await startRegistry({ listen, store, report });
    report({ type: 'notice', text: `Serving ${store.url} at ${address}.` });
    if (!signal.aborted) await once(signal, 'abort');
    await close();
    const { requests, bytes } = served;
    return {
      json: {
        address,
        requests,
        bytes: { sent: bytes, downloaded: meter.received },
        seconds: (Date.now() - started) / 1000,
      },
      text: `Requests served: ${requests}, ${formatBytes(bytes)} in all.`,
      quiet: '',
    };
  },
};
