import type { Program } from '../../shared/command/program.ts';
import type { Option } from '../../shared/command/spec.ts';
import { quote, wordsOf } from './words.ts';

/** For `wherry completion zsh > "\${fpath[1]}/_wherry"`. */
export function zshCompletion(program: Program): string {
  const { name } = program;
  const commands = wordsOf(program);
  const list = commands.map((command) => `    ${quote(`${command.name}:${command.summary}`)}`);
  const cases = commands.map(({ name, options, choices }) => {
    const first = choices.length > 0 ? [`'1: :(${choices.join(' ')})'`] : [`'*: :_files'`];
    const specs = [...options.map(specOf), ...first].map((spec) => `        ${spec}`);
    return `      ${name})\n        _arguments \\\n${specs.join(' \\\n')}\n        ;;`;
  });
  return `#compdef ${name}
_${name}() {
  local -a commands
  commands=(
${list.join('\n')}
  )
  local state
  _arguments -C '1: :->command' '*:: :->rest'
  case $state in
    command) _describe 'command' commands ;;
    rest)
      case $words[1] in
${cases.join('\n')}
      esac
      ;;
  esac
}
_${name} "$@"`;
}

function specOf({ name, value, description, choices, repeats }: Option): string {
  const text = description.replaceAll(/[[\]:]/g, ' ');
  const values = choices
    ? `:${value}:(${choices.join(' ')})`
    : value
      ? `:${value.replaceAll(':', ' ')}:_files`
      : '';
  return quote(`${repeats ? '*' : ''}--${name}[${text}]${values}`);
}
