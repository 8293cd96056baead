/** A page of 50 members, as a list of people shows it. */
export const USERS_PAGE = `query ($id: ID!) {
  account(id: $id) {
    id
    users(first: 50) {
      nodes { id status role kind joinedAt user { id name email } }
      pageInfo { hasNextPage endCursor }
    }
  }
}`;
