import type { ThirdParty } from './packages.ts';

/** THIRD-PARTY-NOTICES: each text once, below the packages that are under it. */
export function noticesOf(packages: ThirdParty[]): string {
  const sections = Map.groupBy(packages, ({ text }) => text);
  return [
    'Parts of the packages below are in what was built here.\n',
    ...[...sections].map(([text, of]) => {
      const names = of.map(({ name, version, license }) => `${name} ${version} (${license})\n`);
      return `${'='.repeat(80)}\n${names.join('')}${'-'.repeat(80)}\n\n${text}\n`;
    }),
  ].join('\n');
}
