import type { TestEvent } from 'node:test/reporters';

/** One finished test, as a line of JSON: a reporter for `node --test`. */
export default async function* results(source: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  for await (const { type, data } of source) {
    if (type === 'test:pass' || type === 'test:fail') {
      const { name, nesting, skip } = data;
      yield `${JSON.stringify({ type, name, nesting, skip })}\n`;
    }
    if (type === 'test:diagnostic')
      yield `${JSON.stringify({ type, name: data.message, nesting: data.nesting })}\n`;
  }
}
