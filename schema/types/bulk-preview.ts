import { Field, ID, ObjectType } from 'type-graphql';
import type { BulkPreview as Preview } from '../../src/application/application.js';
import { throughParent } from '../access.js';
import { BulkOperationKind } from '../bulk-enums.js';
import type { RequestContext } from '../context.js';
import { Confirmation } from '../enums.js';
import { Membership } from './membership.js';
import { ResponsibilityName } from './responsibility-name.js';
import { UserError, userErrorFrom } from './user-error.js';

@throughParent()
@ObjectType({ simpleResolvers: true, description: 'What one account says to a selection as a whole.' })
export class BulkPreviewAccount {
  @Field(() => ID, { description: 'The account.' })
  readonly accountId: string;

  @Field(() => BulkOperationKind, { description: 'What would be done in this account.' })
  readonly operation: Preview['accounts'][number]['operation'];

  @Field(() => UserError, {
    nullable: true,
    description:
      'Why the selection would be refused as a whole: too many (PP-13), a mix that the policy does not take (D3-18), no right to it; null when it would not.',
  })
  readonly refusal: UserError | null;

  @Field(() => Confirmation, { description: 'What the account asks to be sent along for a selection.' })
  readonly confirmation: Preview['accounts'][number]['confirmation'];

  constructor({ accountId, operation, refusal, confirmation }: Preview['accounts'][number], place: Place) {
    this.accountId = accountId;
    this.operation = operation;
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

  @Field(() => [ResponsibilityName], {
    description:
      'The contact duties that the person holds, whether or not they need a successor; empty for whom the caller may not see.',
  })
  readonly responsibilities: Preview['items'][number]['responsibilities'];

  @Field(() => String, {
    nullable: true,
    description:
      'Goes into `previewToken` of the item; bound to the same facts as the token of an offboardingPreview. Null exactly when it is not available, or REVOKE_INVITATION, which asks for none.',
  })
  readonly token: string | null;

  readonly #context: RequestContext;

  constructor(item: Preview['items'][number], place: Place, context: RequestContext) {
    this.accountId = item.accountId;
    this.userId = item.userId;
    this.available = item.available;
    this.reason = item.reason === null ? null : userErrorFrom(item.reason, argumentOf(place));
    this.reassignmentRequired = item.reassignmentRequired;
    this.responsibilities = item.responsibilities;
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
  @Field(() => BulkOperationKind, {
    description: 'The operation asked about; BY_ACCOUNT when it is not the same in every account.',
  })
  readonly operation: Preview['operation'];

  @Field(() => [BulkPreviewAccount], { description: 'Account by account, in the order of the selection.' })
  readonly accounts: readonly BulkPreviewAccount[];

  @Field(() => [BulkPreviewItem], { description: 'Person by person, in the order of the selection.' })
  readonly items: readonly BulkPreviewItem[];

  constructor({ operation, accounts, items }: Preview, context: RequestContext, placeOf: PlaceOf) {
    this.operation = operation;
    this.accounts = accounts.map((one, at) => new BulkPreviewAccount(one, placeOf(at, null)));
    this.items = accounts.flatMap(({ accountId }, at) =>
      items
        .filter((item) => item.accountId === accountId)
        .map((item, index) => new BulkPreviewItem(item, placeOf(at, index), context)),
    );
  }
}

/** Where in the arguments an account stands, and one of its people. */
interface Place {
  readonly account: string | null;
  readonly person: string | null;
}

/** Of the account at this index, and of the person at that index in it. */
type PlaceOf = (account: number, person: number | null) => Place;

export const ofSelection: PlaceOf = (account, person) => ({
  account: `selection.${account}`,
  person: person === null ? null : `selection.${account}.userIds.${person}`,
});

export const ofOnePerson: PlaceOf = () => ({ account: null, person: 'userId' });

/** Confirmations and successors are for the mutation. */
const argumentOf =
  ({ account, person }: Place) =>
  (field: string): string | null => {
    if (field === 'userId') return person;
    if (account === null) return null;
    if (field === 'items') return `${account}.userIds`;
    return field === 'accountId' ? `${account}.accountId` : null;
  };
