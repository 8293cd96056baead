import { Max, MaxLength, Min } from 'class-validator';
import { ArgsType, type ClassType, Field, Int, ObjectType } from 'type-graphql';
import { throughParent } from '../access.js';
import { Position } from '../scalars.js';

export const MAX_PAGE_SIZE = 200;
export const MAX_CURSOR_CHARS = 1_000;

/** Every list is asked for in the same way. */
@ArgsType()
export class PageArgs {
  @Field(() => Int, {
    defaultValue: 50,
    description: `How many to give, 1 to ${MAX_PAGE_SIZE}. A larger number is refused with BAD_USER_INPUT.`,
  })
  @Min(1, { message: 'first must be at least 1' })
  @Max(MAX_PAGE_SIZE, { message: `first must be at most ${MAX_PAGE_SIZE}` })
  first = 50;

  @Field(() => String, {
    nullable: true,
    description:
      'Go on after this cursor: `pageInfo.endCursor` of the page before, from the same list and filters.',
  })
  @MaxLength(MAX_CURSOR_CHARS, { message: 'after is not a cursor of this list' })
  after?: string | null;
}

/** For lists that stand at the root of a query. */
@ArgsType()
export class RootPageArgs extends PageArgs {
  @Field(() => Position, {
    nullable: true,
    description:
      'Answer only once the read model has reached this position; waits up to 2 s, then PROJECTION_LAGGING.',
  })
  minPosition?: number | null;
}

@throughParent()
@ObjectType({ simpleResolvers: true, description: 'Where a page stands in its list.' })
export class PageInfo {
  @Field(() => Boolean, { description: 'More follow: ask again with `after: endCursor`.' })
  readonly hasNextPage: boolean;

  @Field(() => Boolean, {
    description:
      'Some come before: the page was asked for with `after`, or with `last` and was cut there. Most lists are read forwards only.',
  })
  readonly hasPreviousPage: boolean;

  @Field(() => String, {
    nullable: true,
    description: 'Cursor of the first item; null when the page is empty.',
  })
  readonly startCursor: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Cursor of the last item; null when the page is empty.',
  })
  readonly endCursor: string | null;

  constructor(info: PageInfo) {
    this.hasNextPage = info.hasNextPage;
    this.hasPreviousPage = info.hasPreviousPage;
    this.startCursor = info.startCursor;
    this.endCursor = info.endCursor;
  }
}

/** What a resolver hands over; everything else of a connection follows from it. */
export interface Page<Node> {
  readonly nodes: readonly Node[];
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
  readonly cursorOf: (node: Node) => string;
  readonly count: () => number | null | Promise<number>;
}

export interface Connection<Node> {
  readonly nodes: readonly Node[];
  readonly edges: readonly { readonly cursor: string; readonly node: Node }[];
  readonly pageInfo: PageInfo;
  totalCount(): number | null | Promise<number>;
}

/** The Relay connection of a type. Edges, cursors and the count are made only when they are asked for. */
export function connectionOf<Node extends object>(name: string, node: () => ClassType<Node>, of: string) {
  @throughParent()
  @ObjectType(`${name}Edge`, {
    simpleResolvers: true,
    description: `One of ${of}, with its place in the list.`,
  })
  class Edge {
    @Field(() => String, { description: 'Opaque; goes into `after`.' })
    cursor!: string;

    @Field(node, { description: 'The thing itself.' })
    node!: Node;
  }

  @throughParent()
  @ObjectType(`${name}Connection`, { simpleResolvers: true, description: `A page of ${of}.` })
  class ConnectionType implements Connection<Node> {
    readonly #page: Page<Node>;

    constructor(page: Page<Node>) {
      this.#page = page;
    }

    @Field(() => [node()], { description: 'The things themselves, without cursors.' })
    get nodes(): readonly Node[] {
      return this.#page.nodes;
    }

    @Field(() => [Edge], { description: 'The things with their cursors.' })
    get edges(): readonly Edge[] {
      return this.#page.nodes.map((item) => ({ cursor: this.#page.cursorOf(item), node: item }));
    }

    @Field(() => PageInfo, { description: 'Where this page stands.' })
    get pageInfo(): PageInfo {
      const { nodes, cursorOf, hasNextPage, hasPreviousPage } = this.#page;
      const [first, last] = [nodes[0], nodes.at(-1)];
      return new PageInfo({
        hasNextPage,
        hasPreviousPage,
        startCursor: first === undefined ? null : cursorOf(first),
        endCursor: last === undefined ? null : cursorOf(last),
      });
    }

    @Field(() => Int, {
      nullable: true,
      description:
        'How many there are on all pages; counted only when asked for. Under `asOf` counting looks at everything the list has ever held.',
    })
    totalCount(): number | null | Promise<number> {
      return this.#page.count();
    }
  }
  return ConnectionType;
}
