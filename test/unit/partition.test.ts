import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isAws, partitionOf } from '../../shared/partition.ts';

test('the partition of a region, and the hosts that are in one', () => {
  for (const [region, partition, host] of [
    ['eu-west-1', 'aws', 's3.eu-west-1.amazonaws.com'],
    ['cn-north-1', 'aws-cn', 's3.cn-north-1.amazonaws.com.cn'],
    ['us-gov-west-1', 'aws-us-gov', 's3.us-gov-west-1.amazonaws.com'],
    ['eusc-de-east-1', 'aws-eusc', 's3.eusc-de-east-1.amazonaws.eu'],
  ] as const) {
    assert.equal(partitionOf(region), partition);
    assert.equal(isAws(host), true, host);
  }
  assert.equal(partitionOf(), 'aws');
  for (const host of ['minio.example.com', 'xamazonaws.com', 'amazonaws.com.example.org']) {
    assert.equal(isAws(host), false, host);
  }
});
