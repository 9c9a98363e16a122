import { changelogSection } from './changelog.ts';

export interface Release {
  version: string;
  /** For those who use the Action by its major version, such as `v1`. */
  major: string;
  prerelease: boolean;
  /** Whether no later version was released: only then does the major version move to it. */
  newest: boolean;
  /** The dist-tag that npm gives it. */
  npmTag: 'latest' | 'next' | 'maintenance';
  /** Markdown. */
  notes: string;
}

export interface ReleaseInput {
  /** Without one it is a dry run, for which the changelog may have nothing but what is unreleased. */
  tag: string | undefined;
  /** Of package.json. */
  version: string;
  changelog: string;
  /** All tags of the repository. */
  tags: string[];
}

/** @throws Error when the tag, package.json and the changelog are not about one version, or tags are missing */
export function planRelease({ tag, version, changelog, tags }: ReleaseInput): Release {
  const parsed = parseVersion(version);
  if (!parsed) throw new Error(`package.json has ${version}, which is no version.`);
  if (tag !== undefined && tag !== `v${version}`) {
    throw new Error(
      `The tag is ${tag}, and package.json has ${version}: the tag must be v${version}.`,
    );
  }
  const section = changelogSection(changelog, version);
  const notes = section ?? (tag ? undefined : changelogSection(changelog, 'Unreleased'));
  if (!notes) throw new Error(`CHANGELOG.md says nothing under "## ${version} - YYYY-MM-DD".`);
  if (tag !== undefined && !tags.includes(tag)) {
    throw new Error(`The tag ${tag} is not in this clone: fetch all tags, to know what is newest.`);
  }
  const released = tags.map((name) => parseVersion(name.replace(/^v/, '')));
  const newest = released.every(
    (other) => !other || other.prerelease || compare(other.numbers, parsed.numbers) <= 0,
  );
  const { prerelease } = parsed;
  return {
    version,
    major: `v${parsed.numbers[0]}`,
    prerelease,
    newest: newest && !prerelease,
    npmTag: prerelease ? 'next' : newest ? 'latest' : 'maintenance',
    notes,
  };
}

/** Of Semantic Versioning 2.0, without build metadata, which npm would drop. */
function parseVersion(text: string): { numbers: number[]; prerelease: boolean } | undefined {
  const found = /^(\d+\.\d+\.\d+)(-[0-9A-Za-z.-]+)?$/.exec(text);
  if (!found) return undefined;
  return { numbers: found[1]?.split('.').map(Number) ?? [], prerelease: found[2] !== undefined };
}

function compare(a: number[], b: number[]): number {
  const index = a.findIndex((number, at) => number !== b[at]);
  return index < 0 ? 0 : (a[index] ?? 0) - (b[index] ?? 0);
}
