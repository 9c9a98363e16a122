import type { Program } from '../../shared/command/program.ts';
import { wordsOf } from './words.ts';

/** For `source <(wherry completion bash)`; offers files where a value may be a path. */
export function bashCompletion(program: Program): string {
  const { name } = program;
  const commands = wordsOf(program);
  const cases = commands.map(({ name, options, choices }) => {
    const words = [...choices, ...options.map((option) => `--${option.name}`)];
    return `    ${name}) words="${words.join(' ')}" ;;`;
  });
  const values = new Map<string, string[]>();
  for (const { options } of commands) {
    for (const option of options) if (option.choices) values.set(option.name, option.choices);
  }
  const choices = [...values].map(
    ([option, words]) =>
      `    --${option}) COMPREPLY=($(compgen -W "${words.join(' ')}" -- "$word")); return ;;`,
  );
  return `_${name}() {
  local word="\${COMP_WORDS[COMP_CWORD]}" before="\${COMP_WORDS[COMP_CWORD-1]}" command="" words="" i
  case "$before" in
${choices.join('\n')}
  esac
  for ((i = 1; i < COMP_CWORD; i++)); do
    case "\${COMP_WORDS[i]}" in
      ${commands.map((command) => command.name).join('|')}) command="\${COMP_WORDS[i]}"; break ;;
    esac
  done
  case "$command" in
${cases.join('\n')}
    *) words="${commands.map((command) => command.name).join(' ')} --help --version" ;;
  esac
  COMPREPLY=($(compgen -W "$words" -- "$word"))
}
complete -o default -F _${name} ${name}`;
}
