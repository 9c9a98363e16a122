import { notImplemented } from '../errors.ts';
import { xmlAnswer } from '../http/answer.ts';
import type { Upload } from '../storage/uploads.ts';
import { compareUtf8 } from '../storage/utf8-order.ts';
import type { XmlElement } from '../xml/write.ts';
import type { Call } from './call.ts';
import type { Operation } from './operation.ts';
import { owner } from './owner.ts';
import { nameEncoder, pageLimit } from './paging.ts';

export const listMultipartUploads: Operation = {
  name: 'ListMultipartUploads',
  action: 's3:ListBucketMultipartUploads',
  query: [
    'uploads',
    'prefix',
    'delimiter',
    'key-marker',
    'upload-id-marker',
    'max-uploads',
    'encoding-type',
  ],
  run(call) {
    if (call.query.get('delimiter')) throw notImplemented('delimiter');
    const { type, encode } = nameEncoder(call);
    const limit = pageLimit(call, 'max-uploads');
    const rest = afterMarkers(call);
    const page = rest.slice(0, limit);
    const last = page.at(-1);
    const isTruncated = last !== undefined && rest.length > page.length;
    return xmlAnswer('ListMultipartUploadsResult', [
      ['Bucket', call.request.bucket],
      ['KeyMarker', encode(call.query.get('key-marker') ?? '')],
      ['UploadIdMarker', call.query.get('upload-id-marker') ?? ''],
      ['NextKeyMarker', isTruncated ? encode(last.key) : undefined],
      ['NextUploadIdMarker', isTruncated ? last.id : undefined],
      ['Prefix', encode(call.query.get('prefix') ?? '')],
      ['EncodingType', type],
      ['MaxUploads', limit],
      ['IsTruncated', isTruncated],
      ...page.map(
        (upload): XmlElement => [
          'Upload',
          [
            ['Key', encode(upload.key)],
            ['UploadId', upload.id],
            ['Initiator', owner],
            ['Owner', owner],
            ['StorageClass', upload.storageClass],
            ['Initiated', new Date(upload.initiated).toISOString()],
            ['ChecksumAlgorithm', upload.checksum?.algorithm],
            ['ChecksumType', upload.checksum?.type],
          ],
        ],
      ),
    ]);
  },
};

function afterMarkers(call: Call): Upload[] {
  const prefix = call.query.get('prefix') ?? '';
  const keyMarker = call.query.get('key-marker') ?? '';
  const idMarker = call.query.get('upload-id-marker') ?? '';
  const uploads = call.bucket().uploads.list();
  const marked = uploads.findIndex(({ key, id }) => key === keyMarker && id === idMarker);
  const rest =
    marked >= 0
      ? uploads.slice(marked + 1)
      : uploads.filter(({ key }) => compareUtf8(key, keyMarker) > 0);
  return rest.filter(({ key }) => key.startsWith(prefix));
}
