/** What `uname -m` says of a machine, by the name that Node has for it. */
export const machines = { x64: 'x86_64', arm64: 'aarch64' } as const;

export type Architecture = keyof typeof machines;

export const architectures = Object.keys(machines) as Architecture[];

/** Of Semantic Versioning 2.0. */
const version = String.raw`\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+?)?(?:\+[0-9A-Za-z.-]+?)?`;

/** The names that build/agent gives to files. */
export const agentFilePattern = new RegExp(
  String.raw`^wherry-agent-(?<version>${version})(?:-linux-(?:x64|arm64)(?:\.xz)?|\.mjs)$`,
);

export const versionPattern = new RegExp(`^${version}$`);

/** An executable, and the same as it is in the store. */
export function executableNames(version: string, architecture: Architecture) {
  const plain = `wherry-agent-${version}-linux-${architecture}`;
  return { plain, packed: `${plain}.xz` };
}

/** Whether it is a compressed executable. */
export function isPacked(file: string): boolean {
  return file.endsWith('.xz');
}

/** Whether it goes into the store: an executable does so only compressed. */
export function isPublished(file: string): boolean {
  return isPacked(file) || file.endsWith('.mjs');
}
