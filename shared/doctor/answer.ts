import { request as askHttp } from 'node:http';
import { request as askHttps } from 'node:https';
import type { Check } from './check.ts';
import { type Finding, ok, problem, warning } from './finding.ts';
import { type Answer, found, type S3Setting } from './setting.ts';

/** Milliseconds. */
const patience = 5_000;

/** Whether what answers is S3: it is asked for the bucket in nobody's name, which it refuses as S3 does. */
export function answerCheck({ known }: S3Setting): Check {
  return {
    name: 'answer',
    needs: ['route', 'tls'],
    limit: 7_000,
    async run() {
      const address = found(known.address);
      let answer: Answer;
      try {
        answer = await ask(address);
      } catch (error) {
        return [noAnswer(address, (error as Error).message)];
      }
      known.answer = answer;
      if (isOfS3(answer)) {
        return [ok(`S3 answers (HTTP status ${answer.status}) in ${answer.took} ms.`)];
      }
      return [foreign(address, answer)];
    },
  };
}

/** Every answer of S3, and of servers like it, has such headers; that of a request, if no other. */
export function isOfS3({ headers }: Answer): boolean {
  return Object.keys(headers).some((name) => name.startsWith('x-amz-'));
}

function ask(address: URL): Promise<Answer> {
  const began = Date.now();
  const send = address.protocol === 'https:' ? askHttps : askHttp;
  return new Promise((resolve, reject) => {
    const asked = send(address, { method: 'HEAD', agent: false, timeout: patience });
    asked
      .on('response', (response) => {
        const { statusCode: status = 0, headers } = response;
        response.destroy();
        resolve({ status, headers, at: Date.now(), took: Date.now() - began });
      })
      .on('timeout', () => asked.destroy(new Error(`nothing came for ${patience / 1000} s`)))
      .on('error', reject)
      .end();
  });
}

function noAnswer({ host }: URL, why: string): Finding {
  return problem(
    'ANSWER_MISSING',
    `${host} can be connected to, and does not answer: ${why}.`,
    'Check the scheme and the port of --endpoint-url, and what stands between here and S3.',
  );
}

function foreign({ host }: URL, { status, headers }: Answer): Finding {
  const by = headers.server ? `, by "${headers.server}"` : '';
  return warning(
    'ANSWER_FOREIGN',
    `What answers at ${host} (HTTP status ${status}${by}) does not look like S3.`,
    'Check --endpoint-url or AWS_ENDPOINT_URL, and whether a proxy or a login page is in between.',
  );
}
