import { Field, Int, ObjectType } from 'type-graphql';
import type { DecisionExplanation as Explanation } from '../../src/application/application.js';
import { throughParent } from '../access.js';
import { Role } from '../enums.js';
import { AuthorityVia } from '../ledger-enums.js';
import { Position } from '../scalars.js';
import { AppliedRule } from './applied-rule.js';
import { WrittenEvent } from './written-event.js';

@throughParent()
@ObjectType({ simpleResolvers: true, description: 'The right under which something was done.' })
export class DecisionAuthority {
  @Field(() => AuthorityVia, { description: 'Where the right came from.' })
  readonly via: Explanation['authority']['via'];

  @Field(() => Role, { nullable: true, description: 'The role it went by; null for Muster itself.' })
  readonly role: Explanation['authority']['role'];

  @Field(() => String, {
    nullable: true,
    description: 'The permission atom that allowed it, or `role:` and a role; null where none is asked for.',
  })
  readonly permission: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'For OPERATOR: the stream of the operator account the right was read from.',
  })
  readonly stream: string | null;

  @Field(() => Int, { nullable: true, description: 'For OPERATOR: the revision that stream stood at.' })
  readonly revision: number | null;

  constructor({ via, role, permission, source }: Explanation['authority']) {
    this.via = via;
    this.role = role;
    this.permission = permission;
    this.stream = source?.stream ?? null;
    this.revision = source?.revision ?? null;
  }
}

@throughParent()
@ObjectType({
  simpleResolvers: true,
  description: 'Why an event could be written: recomputed from the log as it stood before it.',
})
export class DecisionExplanation {
  @Field(() => WrittenEvent, { description: 'The event.' })
  readonly event: WrittenEvent;

  @Field(() => Position, { description: 'Its place in the log.' })
  readonly position: number;

  @Field(() => Int, { description: 'Version of the policy it was decided under.' })
  readonly policyVersion: number;

  @Field(() => DecisionAuthority, { description: 'By which right.' })
  readonly authority: DecisionAuthority;

  @Field(() => [AppliedRule], { description: 'The rules it passed, in the order they were asked.' })
  readonly rules: readonly AppliedRule[];

  constructor({ event, position, policyVersion, authority, rules }: Explanation) {
    this.event = new WrittenEvent(event);
    this.position = position;
    this.policyVersion = policyVersion;
    this.authority = new DecisionAuthority(authority);
    this.rules = rules.map((rule) => new AppliedRule(rule));
  }
}
