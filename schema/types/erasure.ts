import { Field, ID, ObjectType } from 'type-graphql';
import type { ErasureRow, LegalHoldRow } from '../../projections/queries/erasures.js';
import { throughParent } from '../access.js';
import type { RequestContext } from '../context.js';
import { ErasureStatus } from '../ledger-enums.js';
import { DateTime, Json } from '../scalars.js';

@throughParent()
@ObjectType({ simpleResolvers: true, description: 'What became of a request to erase a person.' })
export class Erasure {
  @Field(() => ErasureStatus, { description: 'How far it is.' })
  readonly status: ErasureRow['status'];

  @Field(() => DateTime, { description: 'When it was decided; from then on there is no way back.' })
  readonly requestedAt: number;

  @Field(() => DateTime, { nullable: true, description: 'When everything was destroyed; null before.' })
  readonly erasedAt: number | null;

  @Field(() => Json, {
    nullable: true,
    description:
      'The receipt, null before the end: `{requestEventId, destroyed: [{what: KEY | NAMES | MAILS, count, at, by}]}`. No personal data.',
  })
  readonly receipt: unknown;

  constructor({ status, requestedAt, erasedAt, receipt }: ErasureRow) {
    this.status = status;
    this.requestedAt = requestedAt;
    this.erasedAt = erasedAt;
    this.receipt = receipt === null ? null : JSON.parse(receipt);
  }
}

@throughParent()
@ObjectType({ simpleResolvers: true, description: 'While it stands, the person is not erased.' })
export class LegalHold {
  @Field(() => ID, { description: 'What releaseLegalHold takes.' })
  readonly id: string;

  @Field(() => DateTime, { description: 'When it was placed.' })
  readonly placedAt: number;

  @Field(() => ID, { description: 'Who placed it.' })
  readonly placedBy: string;

  @Field(() => String, { nullable: true, description: 'Code of the reason given.' })
  readonly reasonCode: string | null;

  @Field(() => String, { nullable: true, description: 'Ticket of the reason given.' })
  readonly ticket: string | null;

  @Field(() => DateTime, { nullable: true, description: 'When it was released; null while it stands.' })
  readonly releasedAt: number | null;

  constructor({ holdId, placedAt, placedBy, reasonCode, ticket, releasedAt }: LegalHoldRow) {
    this.id = holdId;
    this.placedAt = placedAt;
    this.placedBy = placedBy;
    this.reasonCode = reasonCode;
    this.ticket = ticket;
    this.releasedAt = releasedAt;
  }
}

/** Erasures and holds are the business of those who decide them, in the root operator account. */
export function seesErasures({ ledgers, rights }: RequestContext): boolean {
  const root = ledgers.rootAccountId();
  if (root === null) return false;
  const held = rights.on(root);
  return held.has('privacy.erase') || held.has('legalhold.write');
}
