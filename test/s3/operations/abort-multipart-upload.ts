import { emptyAnswer } from '../http/answer.ts';
import type { Operation } from './operation.ts';
import { uploadOf } from './uploads.ts';

export const abortMultipartUpload: Operation = {
  name: 'AbortMultipartUpload',
  action: 's3:AbortMultipartUpload',
  query: ['uploadId'],
  run(call) {
    const bucket = call.bucket();
    bucket.uploads.remove(uploadOf(call, bucket));
    return emptyAnswer(204);
  },
};
