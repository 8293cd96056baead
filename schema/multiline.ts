import { Extensions } from 'type-graphql';

/** Key of an input field's extensions: its text may have several lines. */
export const MULTILINE = 'multiline';

/** Lets a text have tabs and line breaks; everywhere else they are BAD_USER_INPUT. */
export const takesLines = () => Extensions({ [MULTILINE]: true });
