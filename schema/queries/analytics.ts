import { Arg, Ctx, FieldResolver, ID, Query, Resolver, Root } from 'type-graphql';
import { needs, visible } from '../access.js';
import { apiError, badInput } from '../api-error.js';
import type { RequestContext } from '../context.js';
import { Position } from '../scalars.js';
import { Account } from '../types/account.js';
import { Analytics } from '../types/analytics.js';
import { MIN_POSITION, untilReadable } from '../visible.js';

/** Accounts of one question; more of them are asked about in parts. */
const MAX_ACCOUNTS = 1_000;

@Resolver(() => Account)
export class AnalyticsQuery {
  @visible('analytics.read')
  @Query(() => Analytics, {
    description: `Figures over several accounts together, as a member or an operator of them (PP-12); at most ${MAX_ACCOUNTS}. An account that the caller sees without analytics.read is PERMISSION_DENIED when it is named; unknown ones and those he may not see are passed over alike. PERMISSION_DENIED, too, without names where the caller holds analytics.read on none.`,
  })
  async analytics(
    @Arg('accountIds', () => [ID], {
      nullable: true,
      description: `Only these, at most ${MAX_ACCOUNTS}. Default: all on which the caller holds analytics.read.`,
    })
    accountIds: string[] | null,
    @Arg('minPosition', () => Position, MIN_POSITION) minPosition: number | null,
    @Ctx() context: RequestContext,
  ): Promise<Analytics> {
    await untilReadable(context, minPosition);
    return new Analytics(accountIds == null ? everyAccount(context) : named(accountIds, context), context);
  }

  @needs('analytics.read')
  @FieldResolver(() => Analytics, {
    name: 'analytics',
    description: 'Its figures for analysts. Needs analytics.read.',
  })
  analyticsOf(@Root() account: Account, @Ctx() context: RequestContext): Analytics {
    return new Analytics([account.id], context);
  }
}

function named(accountIds: readonly string[], { rights }: RequestContext): readonly string[] {
  const asked = [...new Set(accountIds)];
  if (asked.length > MAX_ACCOUNTS) throw badInput('accountIds', `name at most ${MAX_ACCOUNTS} accounts`);
  const seen = asked.filter((accountId) => rights.maySee(accountId));
  for (const accountId of seen) rights.require(accountId, 'analytics.read');
  return seen;
}

function everyAccount({ reads, rights, userId }: RequestContext): readonly string[] {
  if (userId === null) throw deniedEverywhere();
  const rows = reads.accountsVisibleTo(userId, '', MAX_ACCOUNTS);
  if (rows.length > MAX_ACCOUNTS)
    throw badInput('accountIds', `you may see more than ${MAX_ACCOUNTS} accounts: name those you ask about`);
  const held = rows.map(({ accountId }) => accountId).filter((id) => rights.on(id).has('analytics.read'));
  if (held.length === 0) throw deniedEverywhere();
  return held;
}

const deniedEverywhere = () =>
  apiError(
    'PERMISSION_DENIED',
    'You need the permission analytics.read in an account; you hold it in none.',
    {
      permission: 'analytics.read',
    },
  );
