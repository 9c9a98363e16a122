import type { Resource, Template } from '../../../cli/templates/cloudformation/template.ts';

/** The values of parameters by their names. */
type Values = Record<string, string>;

/** What is in a stack with these parameters: resources whose conditions are not met are not. */
export function resourcesIn(template: Template, given: Values): Record<string, Resource> {
  const entries = Object.entries(template.Resources);
  const holds = conditionsOf(template, given);
  return Object.fromEntries(entries.filter(([, { Condition }]) => !Condition || holds(Condition)));
}

/** The properties of a resource, as deep as one likes. */
// biome-ignore lint/suspicious/noExplicitAny: each type of resource has properties of its own
export function propertiesOf(template: Template, resource: string): any {
  const found = template.Resources[resource];
  if (found) return found.Properties;
  throw new Error(`There is no ${resource}`);
}

/** The text that functions of a template make of pieces. */
export function textIn(template: Template, given: Values, value: unknown): string {
  if (typeof value === 'string') return value;
  const [name, inner] = Object.entries(value as object)[0] ?? [];
  const holds = conditionsOf(template, given);
  if (name === 'Fn::Base64') return textIn(template, given, inner);
  if (name === 'Fn::If') return textIn(template, given, holds(inner[0]) ? inner[1] : inner[2]);
  if (name === 'Fn::Join') {
    return inner[1].map((piece: unknown) => textIn(template, given, piece)).join(inner[0]);
  }
  throw new Error(`${name} is not known here`);
}

function conditionsOf({ Parameters, Conditions }: Template, given: Values) {
  const text = (value: unknown): string => {
    if (typeof value === 'string') return value;
    const [name, inner] = Object.entries(value as object)[0] ?? [];
    if (name === 'Ref') return given[inner] ?? String(Parameters[inner]?.Default ?? '');
    if (name === 'Fn::Join') return text(inner[1]);
    throw new Error(`${name} is not known here`);
  };
  const holds = (value: unknown): boolean => {
    const [name, inner] = Object.entries(value as object)[0] ?? [];
    if (name === 'Condition') return holds(Conditions[inner]);
    if (name === 'Fn::Equals') return text(inner[0]) === text(inner[1]);
    if (name === 'Fn::Not') return !holds(inner[0]);
    if (name === 'Fn::And') return inner.every(holds);
    if (name === 'Fn::Or') return inner.some(holds);
    throw new Error(`${name} is not known here`);
  };
  return (name: string) => holds({ Condition: name });
}
