import { Arg, Ctx, Field, ID, InputType, Mutation, ObjectType, Resolver } from 'type-graphql';
import { decider, throughParent } from '../access.js';
import { badInput } from '../api-error.js';
import type { RequestContext } from '../context.js';
import { Position } from '../scalars.js';
import { MutationPayload } from '../types/mutation-payload.js';
import { AccountMutationInput } from './mutation-input.js';
import { runOnAccount } from './run-mutation.js';
import { readWebhook, WebhookPayload } from './webhook-payload.js';

const MOST = 200;

@InputType({ description: 'Which dead letters: one, those since a position, or all.' })
export class RedeliverWebhookEventsInput extends AccountMutationInput {
  @Field(() => ID, { description: 'The webhook.' })
  webhookId!: string;

  @Field(() => ID, { nullable: true, description: 'Only this event.' })
  eventId?: string | null;

  @Field(() => Position, {
    nullable: true,
    description: 'Only events at this position or later. Not together with eventId.',
  })
  since?: number | null;
}

@throughParent()
@ObjectType({
  simpleResolvers: true,
  implements: MutationPayload,
  description: 'Answer to redeliverWebhookEvents.',
})
export class RedeliverWebhookEventsPayload extends WebhookPayload {}

@Resolver()
export class RedeliverWebhookEventsMutation {
  @decider('audit.export')
  @Mutation(() => RedeliverWebhookEventsPayload, {
    description: `Posts dead letters again, each once, under the id it had; what is not taken stays a dead letter. The oldest ${MOST} of those asked for: repeat it for the rest. UNCHANGED when there are none, and the message tells when an event that is not taken yet is tried next; NOT_FOUND for an event that is none. Needs audit.export. Writes WebhookRedeliveryRequested.`,
  })
  redeliverWebhookEvents(
    @Arg('input', () => RedeliverWebhookEventsInput, { description: 'What to do.' })
    input: RedeliverWebhookEventsInput,
    @Ctx() context: RequestContext,
  ): Promise<RedeliverWebhookEventsPayload> {
    const { webhookId } = input;
    const named = input.eventId ?? null;
    if (named !== null && input.since != null)
      throw badInput('input.since', 'eventId and since are not given together');
    const eventIds = deadLettersOf(context, { webhookId, named, since: input.since ?? 0 });
    return runOnAccount({
      context,
      input,
      payload: RedeliverWebhookEventsPayload,
      command: { type: 'redeliverWebhookEvents', webhookId, eventIds, named },
      read: readWebhook(context, () => webhookId),
      done: () => 'The dead letters are being posted again.',
      unchanged: noLetters,
    });
  }
}

const noLetters = ({ webhook }: RedeliverWebhookEventsPayload): string => {
  const next = webhook?.nextAttemptAt ?? null;
  return next === null
    ? 'There are no dead letters; nothing was changed.'
    : `There are no dead letters; the event that is not taken yet is tried again at ${new Date(next).toISOString()}.`;
};

/** Nothing of them is told before the decider has taken the command. */
function deadLettersOf(
  { ledgers }: RequestContext,
  { webhookId, named, since }: { webhookId: string; named: string | null; since: number },
): readonly string[] {
  if (named === null) {
    const after = ledgers.lastLetterBefore({ webhookId, position: since });
    const { rows } = ledgers.deadLetters({ webhookId, status: ['GIVEN_UP'] }, { limit: MOST, after });
    return rows.map(({ eventId }) => eventId);
  }
  return ledgers.deadLetterOf({ webhookId, eventId: named }) === null ? [] : [named];
}
