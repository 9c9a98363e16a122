import { chmod, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type BuildOptions, build, type Plugin } from 'esbuild';

const root = join(import.meta.dirname, '..');

/**
 * dockerode's ways to an engine that Wherry does not take (ssh and BuildKit's gRPC sessions), four
 * fifths of a bundle's size and native code besides.
 */
const unused = /^(?:ssh2|@grpc\/grpc-js|@grpc\/proto-loader|protobufjs)$/;

const withoutUnused: Plugin = {
  name: 'without-unused',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: unused }, ({ path }) => ({ path, namespace: 'unused' }));
    onLoad({ filter: /.*/, namespace: 'unused' }, () => ({ contents: 'module.exports = {};' }));
  },
};

/**
 * To import node:http as an ES module reads all its exports, among them WebSocket, which loads all of
 * Node's undici: a seventh of a pull's start.
 */
const requiredHttp: Plugin = {
  name: 'required-http',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^(?:node:)?http$/ }, () => ({ path: 'node:http', namespace: 'required' }));
    onLoad({ filter: /.*/, namespace: 'required' }, ({ path }) => ({
      contents: `module.exports = process.getBuiltinModule('${path}');`,
    }));
  },
};

/** What all bundles have in common. */
export const settings = {
  bundle: true,
  // Of packages that have both, ES modules: what is not used of them is left out.
  mainFields: ['module', 'main'],
  platform: 'node',
  target: 'node22.15',
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: 'none',
  logLevel: 'warning',
  plugins: [withoutUnused, requiredHttp],
} satisfies BuildOptions;

/** Those of an ES module: what is CommonJS in the dependencies asks for Node's modules by require. */
export const moduleSettings = {
  ...settings,
  format: 'esm',
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
  },
} satisfies BuildOptions;

/** In the repository, for GitHub runs what a tag has there; build/action.ts writes them. */
const committed = ['action.mjs', 'action-notices.txt'];

/**
 * The first lines of cli/wherry.js, for sh: the env of Alpine has no -S. To JavaScript the second is a
 * text and a comment.
 */
const launcher = `#!/bin/sh
':' //; export MALLOC_ARENA_MAX=2 MALLOC_MMAP_THRESHOLD_=262144; exec node --max-semi-space-size=1 "$0" "$@"
`;

const programs = ['wherry', 'wherry-agent'];

/**
 * One file a program, which needs nothing but Node: the SDK and dockerode in chunks beside it.
 *
 * @returns the files that it has something of, from the root of the checkout
 */
export async function bundle(folder: string): Promise<string[]> {
  for (const name of await readdir(folder).catch(() => [])) {
    if (!committed.includes(name)) await rm(join(folder, name), { recursive: true });
  }
  const { metafile } = await build({
    ...moduleSettings,
    absWorkingDir: root,
    entryPoints: programs.map((name) => `build/entry/${name}.js`),
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    splitting: true,
    chunkNames: 'chunks/[name]-[hash]',
    metafile: true,
  });
  for (const name of programs) {
    const path = join(folder, `${name}.mjs`);
    await writeFile(path, launcher + (await readFile(path, 'utf8')));
    await chmod(path, 0o755);
  }
  const used = Object.values(metafile.outputs).flatMap(({ inputs }) =>
    Object.entries(inputs).filter(([, { bytesInOutput }]) => bytesInOutput > 0),
  );
  return [...new Set(used.map(([file]) => file))].sort();
}

if (import.meta.main) await bundle(join(root, 'dist'));
