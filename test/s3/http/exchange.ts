import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Arrival } from '../auth/arrival.ts';
import type { S3Error } from '../errors.ts';
import { type FaultPlan, planFaults } from '../faults/plan.ts';
import { logEntry } from '../request-log.ts';
import { type Answer, errorAnswer } from './answer.ts';
import { ConnectionFault } from './connection-fault.ts';
import { forever } from './forever.ts';
import { IncomingBody } from './incoming-body.ts';
import { perform } from './perform.ts';
import { parseRequest, type S3Request } from './request.ts';
import { faultAnswer, requestFaults } from './request-faults.ts';
import { routing } from './routing.ts';
import { sendAnswer } from './send.ts';
import type { Service } from './service.ts';
import type { Throttle } from './throttle.ts';

export interface Connection {
  incoming: IncomingMessage;
  response: ServerResponse;
  throttle: Throttle;
  arrival: Arrival;
  /** Aborted when the connection or the server ends. */
  signal: AbortSignal;
}

/**
 * Takes one request from its head to the end of its answer. Throws ConnectionFault when the
 * connection is to be ended, and anything at all once the signal is aborted.
 */
export async function handleExchange(service: Service, connection: Connection): Promise<void> {
  const { incoming, response, throttle, arrival, signal } = connection;
  const { request, error } = parseRequest(incoming);
  const route = routing(request);
  const entry = logEntry(request, route.name, service.clock.now());
  const started = performance.now();
  let answer: Answer | undefined;
  service.requests.add(entry);
  service.admission.enter();
  try {
    const { plan, refused } = prepare(service, request, route.name, error);
    const rate = Math.min(service.conditions.rate, plan.rate);
    const resetAfter = plan.resetRequestAfter;
    const body = new IncomingBody(incoming, response, { throttle, rate, resetAfter, signal });
    if (plan.before === 'reset') throw new ConnectionFault('reset');
    if (plan.before === 'never-answer') await forever(signal);
    answer =
      refused ?? (await answered(perform(service, request, route, body, arrival, entry), request));
    if (plan.resetAfterOperation) throw new ConnectionFault('reset');
    const latency = plan.latency + service.conditions.drawLatency();
    if (latency > 0) await sleep(latency, undefined, { signal });
    entry.status = answer.status;
    entry.code = answer.code ?? '';
    const toSend = finish(service, request, answer);
    const onBytes = (count: number) => {
      entry.bytesOut += count;
    };
    await sendAnswer(response, toSend, { plan, throttle, rate, signal, onBytes });
    await body.drain();
  } finally {
    answer?.release?.();
    service.admission.leave();
    entry.duration = performance.now() - started;
  }
}

/** The faults, and the answer that they, or a request that makes no sense, call for at once. */
function prepare(
  service: Service,
  request: S3Request,
  operation: string,
  parseError: S3Error | undefined,
): { plan: FaultPlan; refused?: Answer | undefined } {
  try {
    if (parseError) throw parseError;
    const plan = requestFaults(service.faults, request, operation);
    return { plan, refused: plan.error && faultAnswer(request, plan.error) };
  } catch (error) {
    return { plan: planFaults([]), refused: errorAnswer(error, request) };
  }
}

async function answered(performing: Promise<Answer>, request: S3Request): Promise<Answer> {
  try {
    return await performing;
  } catch (error) {
    return errorAnswer(error, request);
  }
}

/** Whoever asks for a bucket, also nobody, is told where it is (Amazon S3 API, "HeadBucket"). */
function homeOf({ storage }: Service, { method, bucket, key }: S3Request): Record<string, string> {
  const home = method === 'HEAD' && key === '' ? storage.get(bucket) : undefined;
  return home ? { 'x-amz-bucket-region': home.properties.region } : {};
}

/** With the headers that every answer has, and without a body where HTTP wants none. */
function finish(service: Service, request: S3Request, answer: Answer): Answer {
  return {
    ...answer,
    headers: {
      server: 'AmazonS3',
      date: new Date(service.clock.now()).toUTCString(),
      'x-amz-request-id': request.id,
      'x-amz-id-2': 'wherry-test-s3',
      ...homeOf(service, request),
      ...answer.headers,
    },
    body: request.method === 'HEAD' ? undefined : answer.body,
  };
}
