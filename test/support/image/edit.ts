import type { TarMember } from './tar.ts';

/** The members without those of the name, as an archive that lost them. */
export function without(members: TarMember[], name: string | RegExp): TarMember[] {
  return members.filter((member) => !matches(member, name));
}

/** The members with other content in those of the name; their other properties stay. */
export function withContent(
  members: TarMember[],
  name: string | RegExp,
  content: string | Buffer,
): TarMember[] {
  return members.map((member) => {
    if (!matches(member, name)) return member;
    const { size: _, ...rest } = member;
    return { ...rest, content };
  });
}

/** The members with a JSON document changed, whatever that does to its digest. */
export function withJson(
  members: TarMember[],
  name: string,
  // biome-ignore lint/suspicious/noExplicitAny: the documents are what a test says they are
  change: (document: any) => unknown,
): TarMember[] {
  const member = members.find((each) => each.name === name);
  return withContent(members, name, JSON.stringify(change(JSON.parse(String(member?.content)))));
}

function matches({ name }: TarMember, wanted: string | RegExp): boolean {
  return typeof wanted === 'string' ? name === wanted : wanted.test(name);
}
