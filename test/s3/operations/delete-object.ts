import { emptyAnswer } from '../http/answer.ts';
import { deleteCondition } from './conditions.ts';
import type { Operation } from './operation.ts';

export const deleteObject: Operation = {
  name: 'DeleteObject',
  action: 's3:DeleteObject',
  query: [],
  async run(call) {
    const ifMatch = call.headers.get('if-match');
    if (ifMatch !== undefined) await call.permit('s3:GetObject');
    call.bucket().delete(call.request.key, deleteCondition(ifMatch));
    return emptyAnswer(204);
  },
};
