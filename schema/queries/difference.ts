import { ValidateNested } from 'class-validator';
import { Args, ArgsType, Ctx, Field, ID, Query, Resolver } from 'type-graphql';
import {
  type DifferenceKind as DifferenceKindName,
  differenceKinds,
} from '../../projections/queries/difference-sources.js';
import type { PermissionAtom } from '../../src/domain/account/roles.js';
import { visible } from '../access.js';
import { AsOfInput, asOfFrom, knownBy } from '../as-of.js';
import { chosen } from '../chosen.js';
import type { RequestContext } from '../context.js';
import { decodeCursor, encodeCursor } from '../cursor.js';
import { DifferenceKind } from '../ledger-enums.js';
import type { DifferenceKey, DifferenceQuestion } from '../ledger-reads.js';
import { costs } from '../list-size.js';
import { type Connection, RootPageArgs } from '../types/connection.js';
import { Difference, DifferenceConnection } from '../types/difference.js';
import { untilReadable } from '../visible.js';

@ArgsType()
class DifferenceArgs extends RootPageArgs {
  @Field(() => ID, { description: 'The account.' })
  accountId!: string;

  @Field(() => AsOfInput, { description: 'The one moment; what was there gives `before`.' })
  @ValidateNested()
  from!: AsOfInput;

  @Field(() => AsOfInput, {
    nullable: true,
    description: 'The other moment; what was there gives `after`. Default: now.',
  })
  @ValidateNested()
  to?: AsOfInput | null;

  @Field(() => [DifferenceKind], {
    nullable: true,
    description: 'Only these kinds. Default, also for an empty list: all.',
  })
  kinds?: DifferenceKindName[] | null;
}

const LIST = 'difference';

/** As the lists of them need it. */
const permissionFor: Readonly<Partial<Record<DifferenceKindName, PermissionAtom>>> = {
  SEATS: 'seats.read',
  INVITATION: 'users.invite',
  SCHEDULED_END: 'users.manage',
};

@Resolver()
export class DifferenceQuery {
  @visible('users.read')
  @costs({ items: 1_000, once: true })
  @Query(() => DifferenceConnection, {
    nullable: true,
    description:
      'What of an account is not the same at two moments: exactly where two questions with `asOf` would be answered differently. By kind, then in the order things began. Looks at everybody and everything the account has ever had, in turns, so that nobody else waits for it. Needs users.read; SEATS are left out without seats.read, INVITATION without users.invite, SCHEDULED_END without users.manage. Null when the account is unknown or not visible.',
  })
  async difference(
    @Args(() => DifferenceArgs) args: DifferenceArgs,
    @Ctx() context: RequestContext,
  ): Promise<Connection<Difference> | null> {
    await untilReadable(context, args.minPosition);
    const { accountId } = args;
    if (!context.rights.maySee(accountId)) return null;
    context.rights.require(accountId, 'users.read');
    const question = questionFrom(args, context);
    const after = decodeCursor(LIST, ['number', 'number', 'number'], {
      argument: 'after',
      cursor: args.after,
    });
    const found = await context.ledgers.difference(question, {
      after: after as DifferenceKey | null,
      limit: args.first,
    });
    const keys = new Map<Difference, DifferenceKey>();
    const nodes = found.rows.map((row) => {
      const node = new Difference(row, context);
      keys.set(node, row.key);
      return node;
    });
    return new DifferenceConnection({
      nodes,
      hasNextPage: found.hasMore,
      hasPreviousPage: after !== null,
      cursorOf: (node) => encodeCursor(LIST, keys.get(node) ?? []),
      count: () => context.ledgers.countDifference(question),
    });
  }
}

function questionFrom(
  { accountId, from, to, kinds }: DifferenceArgs,
  context: RequestContext,
): DifferenceQuestion {
  const rights = context.rights.on(accountId);
  const { position } = context.readModel;
  const moment = (input: AsOfInput, argument: string) => {
    const asOf = asOfFrom(input, { accountId, context, argument });
    if (asOf === null) throw new Error(`${argument} is missing, though the schema asks for it`);
    // So that what is read in a later turn is of the same knowledge.
    return knownBy(asOf, { accountId, context, position });
  };
  return {
    accountId,
    from: moment(from, 'from'),
    to: moment(to ?? { at: context.now() }, 'to'),
    kinds: (chosen(kinds) ?? differenceKinds).filter((kind) =>
      rights.has(permissionFor[kind] ?? 'users.read'),
    ),
  };
}
