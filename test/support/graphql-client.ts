import { isPathInArguments } from './input-paths.js';

/** An answer as it came over HTTP. */
export interface GraphqlAnswer {
  readonly status: number;
  readonly headers: Headers;
  /** Null when it was refused before execution. */
  // biome-ignore lint/suspicious/noExplicitAny: the shape is the document's, which only the test knows
  readonly data: any;
  readonly errors: readonly GraphqlAnswerError[] | undefined;
}

export interface GraphqlAnswerError {
  readonly message: string;
  readonly path?: readonly (string | number)[];
  readonly extensions: Readonly<Record<string, unknown>> & { readonly code: string };
}

export interface GraphqlClient {
  readonly token: string;
  /** Sends an operation; errors are part of the answer. */
  send(query: string, variables?: Readonly<Record<string, unknown>>): Promise<GraphqlAnswer>;
  /** Sends an operation that must give no top-level errors, and gives its data. */
  // biome-ignore lint/suspicious/noExplicitAny: the shape is the document's, which only the test knows
  query(query: string, variables?: Readonly<Record<string, unknown>>): Promise<any>;
  /** Sends one mutation by name and gives its payload: the fields of every payload and those asked for. */
  mutate(name: string, input: Readonly<Record<string, unknown>>, selection?: string): Promise<MutationAnswer>;
  /** The same for a bulk mutation. */
  bulk(name: string, input: Readonly<Record<string, unknown>>): Promise<BulkAnswer>;
}

export interface MutationAnswer {
  readonly outcome: 'APPLIED' | 'UNCHANGED' | 'REJECTED' | 'WOULD_APPLY';
  readonly message: string;
  readonly userErrors: readonly UserErrorAnswer[];
  readonly events: readonly {
    readonly id: string;
    readonly type: string;
    readonly revision: number;
    // biome-ignore lint/suspicious/noExplicitAny: an event's data as stored
    readonly data: any;
  }[];
  readonly position: string | null;
  readonly readable: boolean;
  readonly replayed: boolean;
  // biome-ignore lint/suspicious/noExplicitAny: what the test selected
  readonly [selected: string]: any;
}

export interface BulkAnswer {
  readonly outcome: MutationAnswer['outcome'];
  readonly message: string;
  readonly userErrors: readonly UserErrorAnswer[];
  readonly bulkOperationId: string | null;
  readonly items: readonly BulkItemAnswer[];
  readonly counts: Readonly<Record<'applied' | 'unchanged' | 'rejected' | 'notAttempted', number>>;
  readonly position: string | null;
  readonly readable: boolean;
  readonly replayed: boolean;
}

export interface BulkItemAnswer {
  readonly accountId: string;
  readonly userId: string;
  readonly outcome: 'APPLIED' | 'UNCHANGED' | 'REJECTED' | 'NOT_ATTEMPTED';
  readonly userErrors: readonly UserErrorAnswer[];
}

export interface UserErrorAnswer {
  readonly __typename: string;
  readonly code: string;
  readonly message: string;
  readonly field: string | null;
  readonly permission?: string;
  readonly confirmation?: string;
  readonly useInstead?: string;
  readonly responsibilities?: readonly { readonly kind: string; readonly applicationId: string | null }[];
  readonly policyVersion: number | null;
  readonly rule: { readonly code: string; readonly sources: readonly string[] } | null;
  readonly limit?: number;
  readonly inUse?: number;
  readonly reserved?: number;
  readonly requested?: number;
  readonly remedies?: readonly string[];
  readonly userIds?: readonly string[];
}

const userErrors = `userErrors {
    __typename code message field policyVersion rule { code sources }
    ... on PermissionUserError { permission }
    ... on ConfirmationUserError { confirmation }
    ... on UseInsteadUserError { useInstead }
    ... on ResponsibilitiesUserError { responsibilities { kind applicationId } }
    ... on SeatLimitExceeded { limit inUse reserved requested remedies }
    ... on BulkLimitExceeded { limit requested }
    ... on TooSoon { availableAt }
    ... on PeopleUserError { userIds }
  }`;

const payloadFields = `outcome message position readable replayed
  events { id type revision data }
  ${userErrors}`;

const bulkPayloadFields = `outcome message position readable replayed bulkOperationId
  counts { applied unchanged rejected notAttempted }
  items { accountId userId outcome ${userErrors} }
  ${userErrors}`;

export function graphqlClient(url: string, token: string): GraphqlClient {
  const send: GraphqlClient['send'] = async (query, variables = {}) => {
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/graphql-response+json',
        authorization: `Bearer ${token}`,
      },
      body: JSON.stringify({ query, variables }),
    });
    const body = (await response.json()) as Pick<GraphqlAnswer, 'data' | 'errors'>;
    return {
      status: response.status,
      headers: response.headers,
      data: body.data ?? null,
      errors: body.errors,
    };
  };
  const query: GraphqlClient['query'] = async (text, variables) => {
    const answer = await send(text, variables);
    if (answer.errors !== undefined) throw new Error(`unexpected errors: ${JSON.stringify(answer.errors)}`);
    return answer.data;
  };
  const mutate = async (name: string, input: Readonly<Record<string, unknown>>, fields: string) => {
    const type = `${name.charAt(0).toUpperCase()}${name.slice(1)}Input!`;
    const document = `mutation ($input: ${type}) { ${name}(input: $input) { ${fields} } }`;
    const payload = (await query(document, { input }))[name];
    expectFieldsOfInput(name, payload);
    return payload;
  };
  return {
    token,
    send,
    query,
    mutate: (name, input, selection = '') => mutate(name, input, `${payloadFields} ${selection}`),
    bulk: (name, input) => mutate(name, input, bulkPayloadFields),
  };
}

/** Every refusal that any test meets points at an argument there is. */
function expectFieldsOfInput(
  name: string,
  { userErrors, items = [] }: Pick<BulkAnswer, 'userErrors'> & Partial<Pick<BulkAnswer, 'items'>>,
): void {
  const fields = [...userErrors, ...items.flatMap((item) => item.userErrors)].flatMap(
    ({ field }) => field ?? [],
  );
  const lost = fields.find((field) => !isPathInArguments(name, field));
  if (lost !== undefined) throw new Error(`${name} has no argument ${lost}`);
}
