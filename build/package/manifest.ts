import root from '../../package.json' with { type: 'json' };

/**
 * package.json of the published package: no dependencies, for all that is needed is in the bundle, and
 * no scripts.
 *
 * @param env says in a GitHub workflow which repository this is; npm's provenance asks for that
 */
export function publishedManifest(env: Record<string, string | undefined>) {
  const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: repository } = env;
  const url = `git+${server}/${repository}.git`;
  return {
    name: root.name,
    version: root.version,
    description: root.description,
    keywords: root.keywords,
    license: root.license,
    ...(server && repository ? { repository: { type: 'git', url } } : {}),
    type: 'module',
    bin: { wherry: 'dist/wherry.mjs', 'wherry-agent': 'dist/wherry-agent.mjs' },
    engines: { node: '>=22.15' },
  };
}
