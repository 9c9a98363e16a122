import { camelCase, usageError } from '../../shared/command/options.ts';
import type { Command, Option, OptionValues } from '../../shared/command/spec.ts';
import { type TemplateName, templateKinds } from '../templates/kinds.ts';

const names = Object.keys(templateKinds) as TemplateName[];

export const templateCommand: Command = {
  name: 'template',
  summary: 'Print a CloudFormation template, or the policies in it',
  description:
    'Everything between an AWS account and a service in a private network: see docs/templates.md. ' +
    'Without a name the templates are listed.',
  arguments: [{ name: 'NAME', description: 'which one', optional: true, choices: names }],
  options: names.flatMap(optionsFor),
  examples: [
    'wherry template store --store s3://my-images/team',
    'wherry template ci-role --repository me/api --branch main',
    'wherry template private-service --image api:production --port 8080',
    'wherry template policy --for instance',
  ],
  async run([name], options, context) {
    if (name === undefined) return list();
    refuseOthers(name as TemplateName, options);
    const { printTemplate } = await import('../templates/print.ts');
    return printTemplate(name as TemplateName, options, context);
  },
};

function optionsFor(name: TemplateName): Option[] {
  return templateKinds[name].options;
}

function list() {
  const width = Math.max(...names.map((name) => name.length));
  const kinds = names.map((name) => ({ name, summary: templateKinds[name].summary }));
  const lines = kinds.map(({ name, summary }) => `${name.padEnd(width)}  ${summary}`);
  return { json: kinds, text: lines.join('\n'), quiet: names.join('\n') };
}

/** @throws WherryError USAGE for an option that is only for another template */
function refuseOthers(name: TemplateName, options: OptionValues): void {
  for (const other of names.filter((each) => each !== name)) {
    for (const option of optionsFor(other)) {
      const value = options[camelCase(option.name)];
      if (value === undefined || value === option.default) continue;
      throw usageError(
        `--${option.name} is not for the template ${name}, but for ${other}.`,
        'Leave it out.',
      );
    }
  }
}
