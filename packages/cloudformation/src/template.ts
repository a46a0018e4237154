/** CloudFormation, as far as it is written here. */

export interface Resource {
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
  readonly DependsOn?: readonly string[];
  /** What CloudFormation does with it when it leaves the template, or its stack is deleted. */
  readonly DeletionPolicy?: "Retain" | "Delete";
  readonly UpdateReplacePolicy?: "Retain" | "Delete";
  readonly Condition?: string;
  readonly Metadata?: { readonly Accepted: readonly Accepted[] };
}

/** What a checker finds here is as it should be. */
export interface Accepted {
  /** Under the names that checkers give them: `CT.` of Control Tower, `AwsSolutions-` of cdk-nag. */
  readonly Rules: readonly string[];
  readonly Why: string;
}

export type Resources = Readonly<Record<string, Resource>>;

export interface Template {
  readonly AWSTemplateFormatVersion: "2010-09-09";
  readonly Description: string;
  readonly Parameters?: Readonly<Record<string, object>>;
  readonly Conditions?: Readonly<Record<string, object>>;
  readonly Resources: Resources;
  readonly Outputs: Readonly<Record<string, object>>;
}

export const ref = (name: string) => ({ Ref: name });
export const attribute = (name: string, attributeName: string) => ({ "Fn::GetAtt": [name, attributeName] });
export const join = (...parts: readonly unknown[]) => ({ "Fn::Join": ["", parts] });
/** A text in which CloudFormation fills in what stands as ${Name} or ${Name.Attribute}. */
export const filled = (text: string) => ({ "Fn::Sub": text });

export function accepted(Why: string, ...Rules: readonly string[]): Accepted {
  return { Rules, Why };
}

/** Whoever may use it, may so over TLS only. */
export function onlyByTls(Action: string, Resource: unknown) {
  const Condition = { Bool: { "aws:SecureTransport": "false" } };
  return { Sid: "OnlyByTls", Effect: "Deny", Principal: "*", Action, Resource, Condition };
}

/** The ARN of what has a name of its own in this account and region. */
export function arn(service: string, resource: string) {
  return filled(`arn:\${AWS::Partition}:${service}:\${AWS::Region}:\${AWS::AccountId}:${resource}`);
}
