import type { IncomingMessage, ServerResponse } from 'node:http';
import { ruleFromJson } from '../faults/rules.ts';
import type { LoggedRequest } from '../request-log.ts';
import type { Service } from './service.ts';

/** No bucket can be called that. */
export const CONTROL_PREFIX = '/_wherry/';

/**
 * Lets another process look at the log and set the faults, without a signature:
 *
 * - `GET /_wherry/requests`: the log and its sums as JSON; `DELETE` resets it;
 * - `PUT /_wherry/faults`: replaces the rules by a JSON array of them.
 */
export async function handleControl(
  service: Service,
  incoming: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const body = Buffer.concat(await incoming.toArray()).toString();
  const reply = (status: number, value: unknown) =>
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
  switch (`${incoming.method} ${incoming.url}`) {
    case `GET ${CONTROL_PREFIX}requests`:
      reply(200, summary(service.requests.select()));
      break;
    case `DELETE ${CONTROL_PREFIX}requests`:
      service.requests.reset();
      reply(200, {});
      break;
    case `PUT ${CONTROL_PREFIX}faults`:
      try {
        const rules: unknown[] = JSON.parse(body);
        service.faults.set(rules.map(ruleFromJson));
        reply(200, {});
      } catch (error) {
        reply(400, { error: (error as Error).message });
      }
      break;
    default:
      reply(404, { error: `no ${incoming.method} ${incoming.url}` });
  }
}

function summary(requests: readonly LoggedRequest[]) {
  const sum = (field: 'bytesIn' | 'bytesOut') =>
    requests.reduce((total, request) => total + request[field], 0);
  return {
    count: requests.length,
    bytesIn: sum('bytesIn'),
    bytesOut: sum('bytesOut'),
    /** Bytes of memory that the server's process has. */
    residentSize: process.memoryUsage.rss(),
    requests,
  };
}
