import { Field, ID, ObjectType } from 'type-graphql';
import type { BulkPreview as Preview } from '../../src/application/application.js';
import { throughParent } from '../access.js';
import type { RequestContext } from '../context.js';
import { Confirmation, ConfirmedOperation } from '../enums.js';
import { Membership } from './membership.js';
import { UserError, userErrorFrom } from './user-error.js';

@throughParent()
@ObjectType({ simpleResolvers: true, description: 'What one account says to a selection as a whole.' })
export class BulkPreviewAccount {
  @Field(() => ID, { description: 'The account.' })
  readonly accountId: string;

  @Field(() => UserError, {
    nullable: true,
    description:
      'Why the selection would be refused as a whole: too many (PP-13), a mix that the policy does not take (D3-18), no right to it; null when it would not.',
  })
  readonly refusal: UserError | null;

  @Field(() => Confirmation, { description: 'What the account asks to be sent along for a selection.' })
  readonly confirmation: Preview['accounts'][number]['confirmation'];

  constructor({ accountId, refusal, confirmation }: Preview['accounts'][number], place: Place) {
    this.accountId = accountId;
    this.refusal = refusal === null ? null : userErrorFrom(refusal, argumentOf(place));
    this.confirmation = confirmation;
  }
}

@throughParent()
@ObjectType({ simpleResolvers: true, description: 'What would become of one person of a selection.' })
export class BulkPreviewItem {
  @Field(() => ID, { description: 'The account.' })
  readonly accountId: string;

  @Field(() => ID, { description: 'The person.' })
  readonly userId: string;

  @Field(() => Boolean, {
    description: 'Sent with a good confirmation and good successors it would change something.',
  })
  readonly available: boolean;

  @Field(() => UserError, { nullable: true, description: 'Why not; null exactly when it is available.' })
  readonly reason: UserError | null;

  @Field(() => Boolean, { description: 'Every contact duty of the person needs a successor (SO-9).' })
  readonly reassignmentRequired: boolean;

  @Field(() => String, {
    nullable: true,
    description:
      'Goes into `previewToken` of the item; bound to the same facts as the token of an offboardingPreview. Null for what could not be done anyway.',
  })
  readonly token: string | null;

  readonly #context: RequestContext;

  constructor(item: Preview['items'][number], place: Place, context: RequestContext) {
    this.accountId = item.accountId;
    this.userId = item.userId;
    this.available = item.available;
    this.reason = item.reason === null ? null : userErrorFrom(item.reason, argumentOf(place));
    this.reassignmentRequired = item.reassignmentRequired;
    this.token = item.token;
    this.#context = context;
  }

  @Field(() => Membership, {
    nullable: true,
    description:
      'The person in the account, for a panel of details (D3-24); null when the caller may not see it.',
  })
  get membership(): Membership | null {
    const { rights, reads } = this.#context;
    const row = rights.on(this.accountId).has('users.read')
      ? reads.membership(this.accountId, this.userId)
      : null;
    return row === null ? null : new Membership(row, this.#context);
  }
}

@throughParent()
@ObjectType({
  simpleResolvers: true,
  description: 'What a bulk mutation would meet, straight from the log, and tokens for its items.',
})
export class BulkPreview {
  @Field(() => ConfirmedOperation, { description: 'The operation asked about.' })
  readonly operation: Preview['operation'];

  @Field(() => [BulkPreviewAccount], { description: 'Account by account, in the order of the selection.' })
  readonly accounts: readonly BulkPreviewAccount[];

  @Field(() => [BulkPreviewItem], { description: 'Person by person, in the order of the selection.' })
  readonly items: readonly BulkPreviewItem[];

  constructor({ operation, accounts, items }: Preview, context: RequestContext) {
    this.operation = operation;
    const accountAt = (at: number) => `selection.${at}`;
    this.accounts = accounts.map(
      (one, at) => new BulkPreviewAccount(one, { account: accountAt(at), person: null }),
    );
    this.items = accounts.flatMap(({ accountId }, at) =>
      items
        .filter((item) => item.accountId === accountId)
        .map((item, index) => {
          const account = accountAt(at);
          return new BulkPreviewItem(item, { account, person: `${account}.userIds.${index}` }, context);
        }),
    );
  }
}

/** Where in the arguments an account stands, and one of its people. */
interface Place {
  readonly account: string;
  readonly person: string | null;
}

/** Confirmations and successors are for the mutation. */
const argumentOf =
  ({ account, person }: Place) =>
  (field: string): string | null => {
    if (field === 'userId') return person;
    if (field === 'items') return `${account}.userIds`;
    return field === 'accountId' ? `${account}.accountId` : null;
  };
