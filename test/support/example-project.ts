import { mkdir, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { bytesOf } from './image/bytes.ts';
import { helloImage } from './image/hello.ts';
import { writeLayout } from './image/layouts.ts';

const root = join(import.meta.dirname, '../..');

export interface ExampleProject {
  /** The folder with its Dockerfile, which needs no network. */
  folder: string;
  /** A PATH with `wherry`, and with what stands in for npm, which has not got it yet. */
  path: string;
  /** The same on a machine of arm64, whose `docker build` makes an image for that; this one's cannot. */
  pathOfArm: string;
  /** Another commit: the next image differs. */
  change(text: string): Promise<void>;
}

export async function exampleProject(home: string): Promise<ExampleProject> {
  const [folder, bin] = [join(home, 'project'), join(home, 'bin')];
  await mkdir(folder);
  await writeFile(join(folder, 'Dockerfile'), 'FROM scratch\nCOPY page /page\nCMD ["/page"]\n');
  const change = (text: string) => writeFile(join(folder, 'page'), text);
  await change('first');
  const scripts = {
    wherry: `exec ${join(root, 'node_modules/.bin/node')} ${join(root, 'cli/wherry.js')} "$@"`,
    npm: '[ "$*" = "install --global wherry@0" ]',
  };
  await writeScripts(bin, scripts);
  const path = [bin, process.env.PATH].join(delimiter);
  const arm = join(home, 'bin-arm64');
  const image = await helloImage({ greeting: 'arm64', architecture: 'arm64' });
  const built = await writeLayout({ image, references: ['built:arm64'] }, 'oci');
  await writeFile(join(home, 'arm64.tar'), await bytesOf(built));
  const build = `docker load --input ${home}/arm64.tar && docker tag built:arm64 "$3"`;
  await writeScripts(arm, { docker: `[ "$1 $2 $4" = "build --tag ." ]\nPATH='${path}'\n${build}` });
  return { folder, path, pathOfArm: [arm, path].join(delimiter), change };
}

async function writeScripts(folder: string, scripts: Record<string, string>): Promise<void> {
  await mkdir(folder);
  for (const [name, script] of Object.entries(scripts)) {
    await writeFile(join(folder, name), `#!/bin/sh -e\n${script}\n`, { mode: 0o755 });
  }
}
