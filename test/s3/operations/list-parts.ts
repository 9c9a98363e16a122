import { xmlAnswer } from '../http/answer.ts';
import type { XmlElement } from '../xml/write.ts';
import { partChecksumElements } from './checksum-elements.ts';
import { quoted } from './object-headers.ts';
import type { Operation } from './operation.ts';
import { owner } from './owner.ts';
import { pageLimit } from './paging.ts';
import { uploadOf } from './uploads.ts';

export const listParts: Operation = {
  name: 'ListParts',
  action: 's3:ListMultipartUploadParts',
  query: ['uploadId', 'max-parts', 'part-number-marker', 'encoding-type'],
  run(call) {
    const upload = uploadOf(call, call.bucket());
    const limit = pageLimit(call, 'max-parts');
    const marker = Number(call.query.get('part-number-marker') ?? 0);
    const rest = [...upload.parts.values()]
      .filter(({ number }) => number > marker)
      .sort((a, b) => a.number - b.number);
    const page = rest.slice(0, limit);
    const isTruncated = rest.length > page.length;
    return xmlAnswer('ListPartsResult', [
      ['Bucket', call.request.bucket],
      ['Key', upload.key],
      ['UploadId', upload.id],
      ['Initiator', owner],
      ['Owner', owner],
      ['StorageClass', upload.storageClass],
      ['PartNumberMarker', marker],
      ['NextPartNumberMarker', page.at(-1)?.number ?? 0],
      ['MaxParts', limit],
      ['IsTruncated', isTruncated],
      ['ChecksumAlgorithm', upload.checksum?.algorithm],
      ['ChecksumType', upload.checksum?.type],
      ...page.map(
        (part): XmlElement => [
          'Part',
          [
            ['PartNumber', part.number],
            ['LastModified', new Date(part.lastModified).toISOString()],
            ['ETag', quoted(part.etag)],
            ['Size', part.segment.size],
            ...partChecksumElements(part.checksum),
          ],
        ],
      ),
    ]);
  },
};
