/**
 * The partitions of AWS besides the one that is called `aws`: how their regions begin, and what their
 * hosts are below (as the SDK's own partitions.json has them).
 */
const partitions = [
  { regions: 'cn-', name: 'aws-cn', domain: 'amazonaws.com.cn' },
  { regions: 'us-gov-', name: 'aws-us-gov', domain: 'amazonaws.com' },
  { regions: 'eusc-', name: 'aws-eusc', domain: 'amazonaws.eu' },
  { regions: 'us-iso-', name: 'aws-iso', domain: 'c2s.ic.gov' },
  { regions: 'us-isob-', name: 'aws-iso-b', domain: 'sc2s.sgov.gov' },
  { regions: 'eu-isoe-', name: 'aws-iso-e', domain: 'cloud.adc-e.uk' },
  { regions: 'us-isof-', name: 'aws-iso-f', domain: 'csp.hci.ic.gov' },
];

/** The partition of a region, as ARNs begin with it. */
export function partitionOf(region = ''): string {
  return partitions.find(({ regions }) => region.startsWith(regions))?.name ?? 'aws';
}

/** Whether a name is of AWS. */
export function isAws(host: string): boolean {
  const domains = ['amazonaws.com', ...partitions.map(({ domain }) => domain)];
  return domains.some((domain) => host.endsWith(`.${domain}`));
}
