import type { CommandContext, OptionValues, Outcome } from '../../shared/command/spec.ts';
import { ciRoleTemplate } from './ci-role/template.ts';
import type { Template } from './cloudformation/template.ts';
import { printYaml } from './cloudformation/yaml.ts';
import type { TemplateName } from './kinds.ts';
import { policyDocuments } from './policy.ts';
import { privateServiceTemplate } from './private-service/template.ts';
import { storeTemplate } from './store/template.ts';

/** @throws WherryError USAGE for options that make no sense */
export async function printTemplate(
  name: TemplateName,
  options: OptionValues,
  context: CommandContext,
): Promise<Outcome> {
  switch (name) {
    case 'store':
      return asYaml(storeTemplate(options));
    case 'ci-role':
      return asYaml(ciRoleTemplate(options));
    case 'private-service':
      return asYaml(await privateServiceTemplate(options, context));
    case 'policy': {
      const documents = policyDocuments(options);
      return { json: documents, text: JSON.stringify(documents, null, 2), verbatim: true };
    }
  }
}

function asYaml(template: Template): Outcome {
  return { json: template, text: printYaml(template).trimEnd(), verbatim: true };
}
