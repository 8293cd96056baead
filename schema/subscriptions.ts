import type { PubSub } from 'type-graphql';
import { MembershipEventsSubscription } from './subscriptions/membership-events.js';

/** Every subscription of the API; nothing else is served. */
export const subscriptions = [MembershipEventsSubscription] as const;

/** type-graphql asks for one; but what happens is read from the read model, and nobody publishes anything. */
export const noTopics: PubSub = {
  publish: () => {
    throw new Error('nothing is published by topic');
  },
  subscribe: () => {
    throw new Error('a subscription has to bring its own source');
  },
};
