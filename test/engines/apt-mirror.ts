import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

const debian = /\/debian\/?$/;

/**
 * The Debian mirror that this machine's own apt sources name (sources.list(5)), in either of the
 * two formats. Its path ends in `/debian`, which tells it from the security archive and from third
 * parties.
 */
export async function aptMirror(folder = '/etc/apt'): Promise<string> {
  for (const source of await readSources(folder)) {
    const mirror = urisOf(source).find((uri) => debian.test(uri));
    if (mirror) return mirror;
  }
  throw new Error(`The apt sources in ${folder} name no Debian mirror to make a root from.`);
}

async function readSources(folder: string): Promise<string[]> {
  const parts = await readdir(join(folder, 'sources.list.d')).catch(() => []);
  const files = ['sources.list', ...parts.sort().map((name) => join('sources.list.d', name))];
  return Promise.all(files.map((name) => readFile(join(folder, name), 'utf8').catch(() => '')));
}

function urisOf(source: string): string[] {
  return source.split('\n').flatMap((line) => {
    const uris = /^URIs:\s*(.*)$/i.exec(line)?.[1] ?? /^deb\s+(?:\[.*?\]\s+)?(\S+)/.exec(line)?.[1];
    return uris?.trim().split(/\s+/) ?? [];
  });
}
