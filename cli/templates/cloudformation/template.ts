/** Of AWS CloudFormation (its User Guide, "Template sections"); values may be of intrinsics.ts. */
export interface Resource {
  Type: string;
  Condition?: string;
  DependsOn?: string[];
  /** It stays when the stack, or it in the stack, is deleted, but for a stack that could not be made. */
  DeletionPolicy?: 'RetainExceptOnCreate';
  UpdateReplacePolicy?: 'Retain';
  UpdatePolicy?: Record<string, unknown>;
  Properties: Record<string, unknown>;
}

export interface Parameter {
  Type: string;
  Description: string;
  Default?: string | number;
  AllowedValues?: string[];
  AllowedPattern?: string;
  ConstraintDescription?: string;
  MinValue?: number;
  MaxValue?: number;
}

export interface Output {
  Description: string;
  Value: unknown;
}

/** What belongs together in a template. */
export interface Piece {
  Parameters?: Record<string, Parameter>;
  Conditions?: Record<string, unknown>;
  Resources?: Record<string, Resource>;
  Outputs?: Record<string, Output>;
}

export interface Template extends Required<Piece> {
  AWSTemplateFormatVersion: '2010-09-09';
  Description: string;
}

/** One template of all pieces, in their order. */
export function template(Description: string, ...pieces: Piece[]): Template {
  return {
    AWSTemplateFormatVersion: '2010-09-09',
    Description,
    Parameters: merge(pieces.map((piece) => piece.Parameters)),
    Conditions: merge(pieces.map((piece) => piece.Conditions)),
    Resources: merge(pieces.map((piece) => piece.Resources)),
    Outputs: merge(pieces.map((piece) => piece.Outputs)),
  };
}

function merge<T>(sections: (Record<string, T> | undefined)[]): Record<string, T> {
  const entries = sections.flatMap((section) => Object.entries(section ?? {}));
  const merged = Object.fromEntries(entries);
  if (Object.keys(merged).length === entries.length) return merged;
  throw new TypeError('Two pieces of a template have a name in common');
}
