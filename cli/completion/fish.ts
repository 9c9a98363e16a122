import type { Program } from '../../shared/command/program.ts';
import { quote, wordsOf } from './words.ts';

/** For `wherry completion fish | source`. */
export function fishCompletion(program: Program): string {
  const { name } = program;
  const lines: string[] = [];
  for (const { name: command, summary, options, choices } of wordsOf(program)) {
    lines.push(
      `complete -c ${name} -n __fish_use_subcommand -f -a ${command} -d ${quote(summary)}`,
    );
    const when = quote(`__fish_seen_subcommand_from ${command}`);
    if (choices.length > 0)
      lines.push(`complete -c ${name} -n ${when} -f -a ${quote(choices.join(' '))}`);
    for (const option of options) {
      const values = option.choices
        ? ` -x -a ${quote(option.choices.join(' '))}`
        : option.value
          ? ' -r'
          : '';
      lines.push(
        `complete -c ${name} -n ${when} -l ${option.name}${values} -d ${quote(option.description)}`,
      );
    }
  }
  return lines.join('\n');
}
