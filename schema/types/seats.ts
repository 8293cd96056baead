import { Field, Int, ObjectType } from 'type-graphql';
import type { AccountPolicy } from '../../src/domain/account/policy.js';
import { throughParent } from '../access.js';
import type { SeatCounts } from '../pending-reads.js';
import { SeatEnforcement } from '../policy-enums.js';

@throughParent()
@ObjectType({
  simpleResolvers: true,
  description: 'The seats of an account: how many there are and who takes them (D3-25).',
})
export class Seats {
  @Field(() => Int, { nullable: true, description: 'Plan and add-ons together; null = no limit.' })
  readonly limit: number | null;

  @Field(() => Int, { nullable: true, description: 'Of the plan, 0 to 10,000,000; null = no limit.' })
  readonly planSeats: number | null;

  @Field(() => Int, {
    description: 'Bought beside the plan, 0 to 10,000,000; without effect where the plan has no limit.',
  })
  readonly addOnSeats: number;

  @Field(() => Int, { description: 'Taken by members with access, frozen ones too (D3-5, D3-9).' })
  readonly inUse: number;

  @Field(() => Int, {
    description:
      'Held for open invitations; 0 where the policy reserves no seats for them. Expired ones hold none.',
  })
  readonly reserved: number;

  @Field(() => Int, { nullable: true, description: 'What is left, never below 0; null = no limit.' })
  readonly available: number | null;

  @Field(() => SeatEnforcement, {
    description: 'Whether the limit is enforced; `seatEnforcement` of the policy.',
  })
  readonly enforcement: AccountPolicy['seatEnforcement'];

  constructor({ planSeats, addOnSeats, inUse, pendingInvitations }: SeatCounts, policy: AccountPolicy) {
    this.limit = planSeats === null ? null : planSeats + addOnSeats;
    this.planSeats = planSeats;
    this.addOnSeats = addOnSeats;
    this.inUse = inUse;
    this.reserved = policy.invitationReservesSeat ? pendingInvitations : 0;
    this.available = this.limit === null ? null : Math.max(0, this.limit - this.inUse - this.reserved);
    this.enforcement = policy.seatEnforcement;
  }
}
