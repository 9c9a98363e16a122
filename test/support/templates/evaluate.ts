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

/**
 * What a value is in a stack with these parameters. Attributes and what is AWS's own is among them:
 * `Bucket.Arn`, `AWS::Partition`.
 */
// biome-ignore lint/suspicious/noExplicitAny: of whatever shape the value has
export function valueIn(template: Template, given: Values, value: unknown): any {
  const inside = (inner: unknown) => valueIn(template, given, inner);
  const named = (name: string) => given[name] ?? template.Parameters[name]?.Default;
  if (Array.isArray(value)) return value.map(inside).filter((item) => item !== undefined);
  if (typeof value !== 'object' || value === null) return value;
  const [name, inner] = Object.entries(value)[0] ?? [];
  if (name === 'Fn::Base64') return inside(inner);
  if (name === 'Fn::If') {
    return inside(conditionsOf(template, given)(inner[0]) ? inner[1] : inner[2]);
  }
  if (name === 'Fn::Select') return inside(inner[1][inner[0]]);
  if (name === 'Fn::Join') return inside(inner[1]).join(inner[0]);
  if (name === 'Fn::Sub') {
    return inner.replaceAll(/\$\{([\w:.]+)\}/g, (_: string, name: string) => named(name));
  }
  if (name === 'Ref') {
    const isList = template.Parameters[inner]?.Type === 'CommaDelimitedList';
    return isList ? String(named(inner)).split(',') : named(inner);
  }
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, inside(item)]));
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
