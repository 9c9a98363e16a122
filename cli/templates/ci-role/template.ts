import { textOption, usageError } from '../../../shared/command/options.ts';
import type { OptionValues } from '../../../shared/command/spec.ts';
import { attribute, equals, ref, when } from '../cloudformation/intrinsics.ts';
import { policyParameter } from '../cloudformation/policy-parameter.ts';
import { type Piece, type Template, template } from '../cloudformation/template.ts';

/** Who issues the tokens, and for whom (GitHub Docs, "OpenID Connect in Amazon Web Services"). */
const issuer = 'token.actions.githubusercontent.com';
const audience = 'sts.amazonaws.com';

/** A role that the workflows of one repository have, on one branch or in one environment. */
export function ciRoleTemplate(options: OptionValues): Template {
  const [subject, ...others] = subjectsOf(options);
  return template(
    `A role that pushes to a store of Wherry, for ${subject}`,
    provider,
    role([subject, ...others]),
  );
}

/** An account has one provider for GitHub: made here, and left when the stack goes; or one that is there. */
const provider: Piece = {
  Parameters: {
    OidcProviderArn: {
      Type: 'String',
      Description:
        "GitHub's OIDC provider, where the account has it already; it is made otherwise.",
      AllowedPattern: `^(arn:aws[a-z-]*:iam::[0-9]+:oidc-provider/${issuer})?$`,
      Default: '',
    },
  },
  Conditions: { WithoutProvider: equals(ref('OidcProviderArn'), '') },
  Resources: {
    OidcProvider: {
      Type: 'AWS::IAM::OIDCProvider',
      Condition: 'WithoutProvider',
      DeletionPolicy: 'RetainExceptOnCreate',
      UpdateReplacePolicy: 'Retain',
      Properties: { Url: `https://${issuer}`, ClientIdList: [audience] },
    },
  },
};

function role(subjects: string[]): Piece {
  const trust = {
    Effect: 'Allow',
    Principal: {
      Federated: when('WithoutProvider', ref('OidcProvider'), ref('OidcProviderArn')),
    },
    Action: 'sts:AssumeRoleWithWebIdentity',
    Condition: {
      StringEquals: { [`${issuer}:aud`]: audience },
      StringLike: { [`${issuer}:sub`]: subjects },
    },
  };
  return {
    Parameters: {
      CiPolicyArn: policyParameter('The policy for CI: CiPolicyArn of the template store.'),
    },
    Resources: {
      CiRole: {
        Type: 'AWS::IAM::Role',
        Properties: {
          AssumeRolePolicyDocument: { Version: '2012-10-17', Statement: [trust] },
          ManagedPolicyArns: [ref('CiPolicyArn')],
        },
      },
    },
    Outputs: {
      CiRoleArn: {
        Description: 'For role-to-assume of aws-actions/configure-aws-credentials.',
        Value: attribute('CiRole', 'Arn'),
      },
    },
  };
}

/**
 * The subjects that the tokens may have (GitHub Docs, "OpenID Connect reference"). Those of a repository
 * that was made or renamed since July 2026 have the identifiers of owner and repository in them. Unless
 * these are given, any will do: no name of either has `@` in it, and nothing but what separates the parts is
 * a colon, so that `*` stands for an identifier and nothing else.
 */
function subjectsOf(options: OptionValues): [string, ...string[]] {
  const repository = textOption(options, 'repository') ?? '';
  const plain = /^([\w.-]+)\/([\w.-]+)$/.exec(repository);
  if (!plain && !/^[\w.-]+@\d+\/[\w.-]+@\d+$/.test(repository)) {
    throw usageError(
      'No repository of GitHub is given.',
      'Pass --repository OWNER/NAME, or OWNER@ID/NAME@ID.',
    );
  }
  const place = placeOf(options);
  const subject = `repo:${repository}:${place}`;
  return plain ? [subject, `repo:${plain[1]}@*/${plain[2]}@*:${place}`] : [subject];
}

/** The branch or the environment, where GitHub writes `%3A` for a colon. */
function placeOf(options: OptionValues): string {
  const branch = textOption(options, 'branch');
  const environment = textOption(options, 'environment');
  if ((branch === undefined) === (environment === undefined)) {
    throw usageError(
      'Either a branch or an environment has to be given.',
      'Pass --branch NAME, or --environment NAME.',
    );
  }
  const name = (branch ?? environment ?? '').replaceAll(':', '%3A');
  if (!/^[\w./ %#+@-]+$/.test(name)) {
    throw usageError(
      `"${branch ?? environment}" cannot be in a policy.`,
      'Give the name as it is.',
    );
  }
  return branch === undefined ? `environment:${name}` : `ref:refs/heads/${name}`;
}
