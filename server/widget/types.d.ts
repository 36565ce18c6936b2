// The vocabulary of the widget: what passes between its modules; there it is `T.…`. The server's
// shapes are told in rag/wire_models.py. No browser loads this file.

declare namespace T {
  type Language = "ar" | "en";
  type Direction = "rtl" | "ltr";
  type Digits = "arab" | "latn";
  type Rating = "up" | "down";

  /** A stretch of an article: its code points from `start` to `end` are `quote`. */
  interface Place {
    article_id: string;
    title: string;
    url: string | null;
    language: string;
    direction: Direction;
    quote: string;
    start: number;
    end: number;
  }

  interface Citation extends Place {
    marker: number;
  }

  /** One without support has a `problem`, unless it claims nothing. */
  interface Sentence {
    text: string;
    supported: boolean;
    problem: string | null;
  }

  interface Answer {
    id: string;
    rewritten: string | null;
    language: string;
    status: "answered" | "abstained";
    answer: string;
    sentences: Sentence[];
    citations: Citation[];
    related: Place[] | null;
    degraded: boolean;
  }

  interface Article {
    id: string;
    title: string;
    language: string;
    direction: Direction;
    text: string;
    url: string | null;
    published: string | null;
  }

  type AskEvent =
    | { name: "passages" }
    | { name: "delta"; text: string }
    | { name: "citation"; citation: Citation }
    | { name: "done"; answer: Answer };

  type FailureKind = "offline" | "unreachable" | "interrupted" | "refused" | "busy" | "server" | "stopped";

  /** What went wrong; `until` is when to try again, in milliseconds since 1970, 0 is at once. */
  interface Trouble {
    kind: string;
    code: string;
    until: number;
  }

  /** A question and what became of it. `text` is what has been streamed, `answer` the whole; `found`
   * tells that there are passages, `replaced` that the answer is not what was streamed. */
  interface Turn {
    question: string;
    state: "asking" | "done" | "stopped" | "failed";
    found: boolean;
    text: string;
    citations: Citation[];
    answer: Answer | null;
    replaced: boolean;
    trouble: Trouble | null;
    rating: Rating | null;
  }

  interface Said {
    role: "user" | "assistant";
    content: string;
  }

  type Filters = Record<string, string | string[]>;

  interface Options {
    endpoint: string;
    language: Language;
    digits: Digits;
    heading: string;
    greeting: string;
    suggestions: string[];
    inline: boolean;
    looks: { position: string; theme: string };
    filters: Filters;
  }
}
