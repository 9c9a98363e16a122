import type { PolicyDocument } from './policy-document.ts';

/** How a request reaches S3, which policies may ask about. */
export interface Arrival {
  /** Whether it counts as sent over TLS. */
  secure: boolean;
  /** The VPC endpoint that it comes through, and what that lets through; all without a policy. */
  vpcEndpoint?: { id: string; policy?: PolicyDocument | undefined } | undefined;
}

/** From anywhere, over TLS. */
export const INTERNET: Arrival = { secure: true };
