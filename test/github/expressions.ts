/** What expressions can name: `github.sha`, `steps.push.outputs.digest`. */
export type Contexts = Record<string, unknown>;

/**
 * A text with its `${{ … }}` replaced, of which it knows names, texts in quotes, and `||`; all else is an
 * Error, so that no example relies on what is not tried.
 */
export function evaluate(text: string, contexts: Contexts): string {
  return text.replace(/\$\{\{(.*?)\}\}/gs, (_, expression: string) => {
    for (const operand of expression.split('||')) {
      const value = operandValue(operand.trim(), contexts);
      if (value !== '') return value;
    }
    return '';
  });
}

/** As GitHub has it, a name that leads nowhere is an empty text; but it has to begin somewhere. */
function operandValue(operand: string, contexts: Contexts): string {
  const [, quoted] = /^'([^']*)'$/.exec(operand) ?? [];
  if (quoted !== undefined) return quoted;
  if (!/^[a-z]+(?:\.[\w-]+)+$/i.test(operand)) throw new Error(`No such expression: ${operand}`);
  const [context = '', ...path] = operand.split('.');
  if (!(context in contexts)) throw new Error(`No such context: ${operand}`);
  const value = path.reduce<unknown>(
    (found, name) => (found as Record<string, unknown> | undefined)?.[name],
    contexts[context],
  );
  return value === undefined ? '' : String(value);
}
