"""Drives the server named in argv[1] with boto3; prints what it saw as one line of JSON."""

import io
import json
import sys
import urllib.request

try:
    import boto3
except ImportError:
    sys.exit(77)

from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import ClientError

URL, BUCKET, ACCESS_KEY, SECRET_KEY = sys.argv[1:5]
MIB = 1024 * 1024


def client(**config):
    return boto3.client(
        "s3",
        endpoint_url=URL,
        region_name="us-east-1",
        aws_access_key_id=ACCESS_KEY,
        aws_secret_access_key=SECRET_KEY,
        config=Config(signature_version="s3v4", retries={"max_attempts": 0}, **config),
    )


def code(call, **arguments):
    """The error code of a call, or None when it succeeds."""
    try:
        call(**arguments)
    except ClientError as error:
        return error.response["Error"]["Code"]


s3 = client()
seen = {}

body = bytes(range(256)) * (12 * MIB // 256)
parts = TransferConfig(multipart_threshold=8 * MIB, multipart_chunksize=8 * MIB)
s3.upload_fileobj(io.BytesIO(body), BUCKET, "big", Config=parts)
back = io.BytesIO()
s3.download_fileobj(BUCKET, "big", back, Config=parts)
seen["transfer"] = back.getvalue() == body

keys = ["k%03d" % number for number in range(25)] + ["odd/ü +&%.😀"]
for key in keys:
    s3.put_object(Bucket=BUCKET, Key=key, Body=key.encode(), Metadata={"key": "value"})
pages = s3.get_paginator("list_objects_v2").paginate(Bucket=BUCKET, PaginationConfig={"PageSize": 10})
names = [[found["Key"] for found in page["Contents"]] for page in pages]
seen["pages"] = [len(page) for page in names]
seen["keys"] = sorted(sum(names, [])) == sorted(keys + ["big"])
seen["odd"] = s3.get_object(Bucket=BUCKET, Key=keys[-1])["Body"].read().decode() == keys[-1]

upload = s3.create_multipart_upload(Bucket=BUCKET, Key="joined")["UploadId"]
target = {"Bucket": BUCKET, "Key": "joined", "UploadId": upload}
source = {"Bucket": BUCKET, "Key": "big"}
ranges = ["bytes=0-%d" % (5 * MIB - 1), "bytes=%d-%d" % (7 * MIB, 7 * MIB + 9)]
copied = [
    s3.upload_part_copy(PartNumber=number + 1, CopySource=source, CopySourceRange=span, **target)
    for number, span in enumerate(ranges)
]
named = [
    {"PartNumber": number + 1, **{name: value for name, value in part["CopyPartResult"].items() if name != "LastModified"}}
    for number, part in enumerate(copied)
]
s3.complete_multipart_upload(MultipartUpload={"Parts": named}, **target)
joined = s3.get_object(Bucket=BUCKET, Key="joined")["Body"].read()
seen["part_copy"] = joined == body[: 5 * MIB] + body[7 * MIB : 7 * MIB + 10]

put = {"Bucket": BUCKET, "Key": "once", "Body": b"x"}
seen["conditions"] = [
    code(s3.put_object, IfMatch='"x"', **put),
    code(s3.put_object, IfNoneMatch="*", **put),
    code(s3.put_object, IfNoneMatch="*", **put),
    code(s3.delete_object, Bucket=BUCKET, Key="once", IfMatch='"x"'),
]
seen["algorithms"] = [
    code(s3.put_object, ChecksumAlgorithm=algorithm, **put) for algorithm in ("CRC32", "SHA1", "SHA256")
]
url = s3.generate_presigned_url("get_object", Params={"Bucket": BUCKET, "Key": keys[-1]})
seen["presigned"] = urllib.request.urlopen(url).read().decode() == keys[-1]

signed = client(s3={"payload_signing_enabled": True})
seen["signed_payload"] = code(signed.put_object, **put)
frugal = client(request_checksum_calculation="when_required")
seen["without_checksum"] = code(frugal.put_object, **put)

deleted = s3.delete_objects(Bucket=BUCKET, Delete={"Objects": [{"Key": key} for key in keys]})
seen["deleted"] = len(deleted["Deleted"])
print(json.dumps(seen))
