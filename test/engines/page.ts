/** A line of what results.ts reports: a test's end, after those of the tests inside it. */
export interface Result {
  type: 'test:pass' | 'test:fail' | 'test:diagnostic';
  name: string;
  nesting: number;
}

const names: Record<string, string> = {
  host: 'Docker 20.10 (bookworm)',
  'docker-26': 'Docker 26.1 (trixie)',
  'docker-sid': 'Docker 28.5 (sid), graph driver',
  'docker-sid-containerd': 'Docker 28.5 (sid), containerd store',
  podman: 'Podman 5.8 (sid)',
};

const turns = `## Two at one engine

Pulls and loads into one engine, from one machine and by one user, take turns: the second says that it
waits, then looks again at what the engine has, and fetches only what is still lacking. The lock is a
file in \`/run/wherry\` (root), \`$XDG_RUNTIME_DIR/wherry\`, or \`wherry-UID\` in the temporary folder; the
kernel drops it when its process dies. Where no such file can be made, a pull goes on without
(\`--log-level debug\` says so). A pull of what is there already waits for nobody.
`;

/** docs/engines.md, from a run over all engines. */
export function enginesPage(
  results: Result[],
  kinds: string[],
  { oldestApi, newestApi }: { oldestApi: string; newestApi: string },
): string {
  const rows = new Map<string, Map<string, string>>();
  let pending: { name: string; cell: string }[] = [];
  let push = false;
  for (const { type, name, nesting } of results) {
    const passed = type === 'test:pass';
    if (nesting === 2 && type === 'test:diagnostic') {
      const last = pending.at(-1);
      if (last) last.cell += ` (${name})`;
    } else if (nesting === 2) {
      pending.push({ name, cell: passed ? 'yes' : '**no**' });
    } else if (nesting === 1 && name === 'push and pull') {
      push = true;
    } else if (nesting === 0 && name.startsWith('an engine: ') && push) {
      const kind = name.slice('an engine: '.length);
      for (const { name: test, cell } of pending) {
        rows.set(test, (rows.get(test) ?? new Map()).set(kind, cell));
      }
      pending = [];
      push = false;
    }
  }
  const line = (cells: string[]) => `| ${cells.join(' | ')} |`;
  const table = [
    line(['', ...kinds.map((kind) => names[kind] ?? kind)]),
    line(['---', ...kinds.map(() => '---')]),
    ...[...rows].map(([test, cells]) =>
      line([test, ...kinds.map((kind) => cells.get(kind) ?? '')]),
    ),
  ];
  return `# Engines

<!-- Written by \`npm run test:engines -- --write\`, from what that run has shown. -->

Wherry speaks Docker's API from version ${oldestApi} (Docker 20.10) to ${newestApi} (Docker 28.5), and agrees on the
newest that both sides know. An engine that is older is refused with a clear error. These engines are
tested, with an image of three layers:

${table.join('\n')}

${turns}`;
}
