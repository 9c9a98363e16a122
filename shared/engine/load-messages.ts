import type { Readable } from 'node:stream';
import { messageOf } from '../error.ts';
import { engineReport } from './failure.ts';

interface Message {
  stream?: string;
  error?: string;
  errorDetail?: { message?: string };
}

/**
 * Reads the answer to a load to its end: JSON messages, one a line (moby, pkg/jsonmessage). Errors
 * come in it too, long after the status was 200, and the containerd store tells its own as text.
 *
 * @returns the references and IDs that the engine says it loaded
 * @throws WherryError ENGINE_FAILED or NO_SPACE for an error among the messages
 */
export async function readLoadMessages(answer: Readable): Promise<string[]> {
  const loaded: string[] = [];
  for await (const line of linesOf(answer)) {
    const message = parseMessage(line);
    const error = message.errorDetail?.message ?? message.error;
    if (error !== undefined) throw engineReport(error);
    for (const text of plainLines(message.stream)) {
      if (/^Error unpacking image /.test(text)) throw engineReport(text);
      const name = /^Loaded image(?: ID)?: (.+)$/.exec(text)?.[1];
      if (name) loaded.push(name);
    }
  }
  return loaded;
}

async function* linesOf(answer: Readable): AsyncGenerator<string> {
  let rest = '';
  for await (const chunk of answer.setEncoding('utf8')) {
    const lines = `${rest}${chunk}`.split('\n');
    rest = lines.pop() ?? '';
    yield* lines.filter((line) => line.trim() !== '');
  }
  if (rest.trim() !== '') yield rest;
}

function parseMessage(line: string): Message {
  try {
    return JSON.parse(line) as Message;
  } catch (error) {
    throw engineReport(`its answer to a load is not JSON: ${messageOf(error)}`, error);
  }
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: an engine colours what it prints as stderr
const colours = /\u001b\[[0-9;]*m/g;

function plainLines(text: string | undefined): string[] {
  return (text ?? '').replace(colours, '').split('\n');
}
