import type { Operation } from '../operations/operation.ts';
import { routeRequest } from '../operations/route.ts';
import type { S3Request } from './request.ts';

/**
 * Which operation a request is for. It is needed at once, for the log and the faults; that
 * there is none is told only to those who have proved who they are.
 */
export interface Routing {
  /** Empty when no operation fits. */
  name: string;
  /** Throws S3Error when no operation fits. */
  operation(): Operation;
}

export function routing(request: S3Request): Routing {
  try {
    const operation = routeRequest(request);
    return { name: operation.name, operation: () => operation };
  } catch (error) {
    return {
      name: '',
      operation() {
        throw error;
      },
    };
  }
}
