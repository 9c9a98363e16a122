import type { ChecksumAlgorithm, ChecksumType } from '../body/checksum/algorithms.ts';
import { checksumProperties } from '../body/checksum/algorithms.ts';
import { S3Error } from '../errors.ts';
import { xmlAnswer } from '../http/answer.ts';
import type { UploadProperties } from '../storage/uploads.ts';
import { attributesOf } from './attributes.ts';
import { requestedAlgorithm } from './checksum-algorithm.ts';
import { ENCRYPTION } from './object-headers.ts';
import type { Operation } from './operation.ts';

export const createMultipartUpload: Operation = {
  name: 'CreateMultipartUpload',
  action: 's3:PutObject',
  query: ['uploads'],
  run(call) {
    const { bucket, key } = call.request;
    const checksum = requestedChecksum(call.headers);
    const upload = call.bucket().uploads.create({
      ...attributesOf(call.headers),
      key,
      initiated: call.clock.now(),
      checksum,
    });
    return xmlAnswer(
      'InitiateMultipartUploadResult',
      [
        ['Bucket', bucket],
        ['Key', key],
        ['UploadId', upload.id],
      ],
      {
        ...ENCRYPTION,
        ...(checksum && {
          'x-amz-checksum-algorithm': checksum.algorithm,
          'x-amz-checksum-type': checksum.type,
        }),
      },
    );
  },
};

function requestedChecksum(headers: ReadonlyMap<string, string>): UploadProperties['checksum'] {
  const algorithm = requestedAlgorithm(headers);
  const type = headers.get('x-amz-checksum-type')?.toUpperCase();
  if (algorithm === undefined) {
    if (type === undefined) return undefined;
    throw new S3Error('InvalidRequest', {
      message:
        'The x-amz-checksum-type header can only be used with the x-amz-checksum-algorithm header.',
    });
  }
  const chosen = type ?? (algorithm === 'CRC64NVME' ? 'FULL_OBJECT' : 'COMPOSITE');
  if (!isAllowed(algorithm, chosen)) {
    throw new S3Error('InvalidRequest', {
      message: `The ${chosen} checksum type cannot be used with the ${algorithm.toLowerCase()} checksum algorithm.`,
    });
  }
  return { algorithm, type: chosen };
}

function isAllowed(algorithm: ChecksumAlgorithm, type: string): type is ChecksumType {
  if (type === 'COMPOSITE') return algorithm !== 'CRC64NVME';
  return type === 'FULL_OBJECT' && checksumProperties(algorithm).combiner !== undefined;
}
