import { isIPv6 } from 'node:net';

/** Every host has one address; the router has that of the instance's metadata and names besides. */
export interface Addresses {
  ci: string;
  /** Of S3, inside the region and outside. */
  bucket: string;
  router: string;
  instance: string;
  gateway: string;
  /** Where every EC2 instance finds its metadata service (AWS, "Use the Instance Metadata Service"). */
  metadata: string;
  /** And the names (AWS, "Understanding Amazon DNS"). */
  resolver: string;
  /** One in the world outside, to which there is no way. */
  elsewhere: string;
}

/** Of the blocks that are for documentation (RFC 5737, RFC 3849), but for those that EC2 fixes. */
export const addresses = {
  IPv4: {
    ci: '203.0.113.2',
    bucket: '192.0.2.10',
    router: '10.0.0.1',
    instance: '10.0.1.20',
    gateway: '10.0.2.30',
    metadata: '169.254.169.254',
    resolver: '169.254.169.253',
    elsewhere: '8.8.8.8',
  },
  IPv6: {
    ci: '2001:db8:c1::2',
    bucket: '2001:db8:53::10',
    router: '2001:db8:ec2::1',
    instance: '2001:db8:ec2:1::20',
    gateway: '2001:db8:ec2:2::30',
    metadata: 'fd00:ec2::254',
    resolver: 'fd00:ec2::253',
    elsewhere: '2001:4860:4860::8888',
  },
} satisfies Record<string, Addresses>;

export type Family = keyof typeof addresses;

export const families = Object.keys(addresses) as Family[];

export const ports = { s3: 9000, service: 8080 };

/** The only name that is known to the instance's resolver, and to CI. */
export const bucketName = 's3.test';

/** Of the router on the instance's cable: what has another sender there is the instance's. */
export const routerMac = '02:00:00:00:00:01';

/** An address as it stands in a URL. */
export function hostOfUrl(address: string): string {
  return isIPv6(address) ? `[${address}]` : address;
}
