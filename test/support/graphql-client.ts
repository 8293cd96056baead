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

export interface UserErrorAnswer {
  readonly __typename: string;
  readonly code: string;
  readonly message: string;
  readonly field: string | null;
  readonly permission?: string;
  readonly confirmation?: string;
  readonly useInstead?: string;
  readonly responsibilities?: readonly { readonly kind: string; readonly applicationId: string | null }[];
}

const payloadFields = `outcome message position readable replayed
  events { id type revision data }
  userErrors {
    __typename code message field
    ... on PermissionUserError { permission }
    ... on ConfirmationUserError { confirmation }
    ... on UseInsteadUserError { useInstead }
    ... on ResponsibilitiesUserError { responsibilities { kind applicationId } }
  }`;

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
  return {
    token,
    send,
    query,
    mutate: async (name, input, selection = '') => {
      const type = `${name.charAt(0).toUpperCase()}${name.slice(1)}Input!`;
      const document = `mutation ($input: ${type}) { ${name}(input: $input) { ${payloadFields} ${selection} } }`;
      return (await query(document, { input }))[name];
    },
  };
}
