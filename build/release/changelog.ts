/**
 * What a changelog says of a version, without the heading (Keep a Changelog 1.1.0: `## [1.2.3] -
 * 2026-11-23`, with or without brackets; what is not released has no date).
 */
export function changelogSection(changelog: string, version: string): string | undefined {
  const [, ...sections] = changelog.split(/^## /m);
  const date = version === 'Unreleased' ? '' : String.raw` - \d{4}-\d{2}-\d{2}`;
  const heading = new RegExp(String.raw`^\[?${version.replaceAll('.', '\\.')}\]?${date}$`);
  const found = sections.find((section) => heading.test(section.split('\n', 1)[0] ?? ''));
  return found?.slice(found.indexOf('\n')).trim();
}
