import { S3Error } from '../errors.ts';
import { writeErrorXml, writeXml, type XmlContent } from '../xml/write.ts';
import type { S3Request } from './request.ts';

export interface AnswerBody {
  /** Bytes that `content` gives. */
  size: number;
  content: Buffer | AsyncIterable<Buffer>;
}

export interface Answer {
  status: number;
  headers: Record<string, string>;
  /** Undefined where HTTP or S3 has none, as in 204, 304 and every answer to a HEAD. */
  body?: AnswerBody | undefined;
  /** The S3 error code, for the log. */
  code?: string;
  /** Lets go of what `body` reads; called once, however the exchange ends. */
  release?: () => void;
}

export function emptyAnswer(status: number, headers: Record<string, string> = {}): Answer {
  const length: Record<string, string> = status === 200 ? { 'content-length': '0' } : {};
  return { status, headers: { ...length, ...headers } };
}

export function xmlAnswer(
  root: string,
  content: XmlContent,
  headers: Record<string, string> = {},
): Answer {
  return bufferAnswer(200, writeXml(root, content), headers);
}

/** Throws `error` again unless it is an S3Error. */
export function errorAnswer(error: unknown, request: S3Request): Answer {
  if (!(error instanceof S3Error)) throw error;
  return {
    ...refusal(request, error.status, error.code, error.message, error.details, error.headers),
    code: error.code,
  };
}

/** An error document with any status and code. */
export function refusal(
  request: S3Request,
  status: number,
  code: string,
  message: string,
  details: Record<string, string> = {},
  headers: Record<string, string> = {},
): Answer {
  const document = writeErrorXml([
    ['Code', code],
    ['Message', message],
    ...Object.entries(details),
    ...(request.bucket ? [['BucketName', request.bucket] as const] : []),
    ...(request.key ? [['Key', request.key] as const] : []),
    ['Resource', request.path],
    ['RequestId', request.id],
    ['HostId', 'wherry-test-s3'],
  ]);
  return { ...bufferAnswer(status, document, headers), code };
}

function bufferAnswer(status: number, content: Buffer, headers: Record<string, string>): Answer {
  return {
    status,
    headers: {
      'content-type': 'application/xml',
      'content-length': `${content.length}`,
      ...headers,
    },
    body: { size: content.length, content },
  };
}
