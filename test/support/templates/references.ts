import type { Template } from '../../../cli/templates/cloudformation/template.ts';

type Section = 'Parameters' | 'Conditions' | 'Resources';

/** What a template names in one of its places, and in which sections it may be. */
interface Reference {
  name: string;
  sections: Section[];
}

/** Every reference of a template that leads nowhere, and every parameter and condition without one. */
export function wrongReferences(template: Template): { dangling: string[]; unused: string[] } {
  const references = [...referencesIn(template)].filter(({ name }) => !name.startsWith('AWS::'));
  const dangling = references.filter(
    ({ name, sections }) => !sections.some((section) => Object.hasOwn(template[section], name)),
  );
  const used = new Set(references.map(({ name }) => name));
  const declared = [template.Parameters, template.Conditions].flatMap(Object.keys);
  return {
    dangling: dangling.map(({ name }) => name),
    unused: declared.filter((name) => !used.has(name)),
  };
}

/** What CloudFormation makes before a resource, under whatever condition, however far removed. */
export function madeBefore(template: Template, resource: string): string[] {
  const found = new Set<string>();
  const visit = (name: string) => {
    for (const { name: other } of referencesIn(template.Resources[name])) {
      if (!template.Resources[other] || found.has(other)) continue;
      found.add(other);
      visit(other);
    }
  };
  visit(resource);
  return [...found];
}

function* referencesIn(value: unknown): Generator<Reference> {
  if (typeof value !== 'object' || value === null) return;
  for (const [key, inner] of Object.entries(value)) {
    yield* referencesOf(key, inner);
    yield* referencesIn(inner);
  }
}

function* referencesOf(key: string, value: unknown): Generator<Reference> {
  const list = [value].flat() as string[];
  if (key === 'Ref') yield { name: list[0] ?? '', sections: ['Parameters', 'Resources'] };
  if (key === 'Fn::GetAtt') yield { name: list[0] ?? '', sections: ['Resources'] };
  if (key === 'Fn::If') yield { name: list[0] ?? '', sections: ['Conditions'] };
  if (key === 'Condition' && typeof value === 'string') {
    yield { name: value, sections: ['Conditions'] };
  }
  if (key === 'DependsOn') yield* list.map((name) => ({ name, sections: ['Resources' as const] }));
  if (key === 'Fn::Sub') {
    for (const [, name = '', attribute] of String(value).matchAll(/\$\{([\w:]+)(\.\w+)?\}/g)) {
      yield { name, sections: attribute ? ['Resources'] : ['Parameters', 'Resources'] };
    }
  }
}
