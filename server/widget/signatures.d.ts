// What the functions of the modules take and give, by module; there it is `T.…`. What passes between
// them is in types.d.ts. No browser loads this file.

declare namespace T {
  // ---- text.js

  type Change = (text: string) => string;
  /** How much of a growing text is whole sentences. */
  type Measure = (text: string) => number;
  type LanguageDirection = (language: string) => Direction;
  /** That of the language if the text has a letter of it, otherwise that of the first letter. */
  type TextDirection = (text: string, language?: string) => Direction;
  /** What is before, at and after a place that is told in code points. */
  type CutOut = (text: string, start: number, end: number) => string[];
  /** What may become a link; null for what is no address of the web. */
  type WebAddress = (address: string | null) => string | null;
  /** Takes bytes, gives the events that they complete. */
  type EventReader = () => (bytes: Uint8Array) => { name: string; data: string }[];

  // ---- api.js

  type Reader<T> = (value: unknown) => T;
  type Maybe = <T>(read: Reader<T>) => Reader<T | null>;
  type ListOf = <T>(read: Reader<T>) => Reader<T[]>;
  type OneOf = <const T extends string>(...allowed: T[]) => Reader<T>;
  type Shape = <T>(readers: { [K in keyof T]: Reader<T[K]> }) => Reader<T>;
  /** Null for an event that this widget does not know. */
  type ReadEvent = (name: string, json: string) => AskEvent | null;

  interface AskBody {
    question: string;
    stream: true;
    history: Said[];
    filters?: Filters;
  }
  interface FeedbackBody {
    answer_id: string;
    rating: Rating;
    question: string;
    answer: string;
    comment?: string;
  }
  interface Api {
    endpoint: string;
    /** The events of an answer; the last one is `done`. */
    ask(body: AskBody, signal: AbortSignal): AsyncGenerator<AskEvent, void, void>;
    article(id: string, signal: AbortSignal): Promise<Article>;
    feedback(body: FeedbackBody): Promise<void>;
    /** The address of an article's page, at a place in it. */
    pageOf(place: Place): string;
  }
  type CreateApi = (endpoint: string) => Api;
  type Send = (path: string, body: object | null, signal: AbortSignal | null) => Promise<Response>;
  type Lost = (signal: AbortSignal | null, kind: "unreachable" | "interrupted") => never;
  /** The next piece of a stream, unless it stays silent for too long. */
  type Soon = (
    reading: Promise<ReadableStreamReadResult<Uint8Array>>,
    signal: AbortSignal,
  ) => Promise<ReadableStreamReadResult<Uint8Array>>;

  // ---- conversation.js

  interface Conversation {
    readonly api: Api;
    readonly turns: Turn[];
    readonly busy: boolean;
    ask(question: string, filters: Filters): Promise<void>;
    /** Ask a turn's question again; what had come of an answer goes. */
    retry(turn: Turn, filters: Filters): Promise<void>;
    /** What has come stays. */
    stop(): void;
    clear(): void;
    save(): void;
  }
  /** `name` keeps two elements apart. `grown` is told of more text, often; `settled` of a beginning and an end. */
  type CreateConversation = (
    api: Api,
    name: string,
    told: { grown(turn: Turn): void; settled(turn: Turn): void },
  ) => Conversation;
  type NewTurn = (question: string) => Turn;
  type RunTurn = (turn: Turn, filters: Filters) => Promise<void>;
  type TakeEvent = (turn: Turn, event: AskEvent) => void;
  type TroubleOf = (error: unknown) => Trouble;
  type SaidIn = (turn: Turn) => Said[];
  type Stored = (key: string) => Turn[];

  // ---- strings.js

  type Say = (key: string, values?: Record<string, string | number>) => string;
  interface Words {
    language: Language;
    /** A string by its key; "" if there is none. A number in it is written in the interface's digits. */
    say: Say;
    number(value: number): string;
    /** A day, from YYYY-MM-DD. */
    date(day: string): string;
    inLanguage(code: string): string;
    trouble(trouble: Trouble): string;
    /** That a sentence is not supported, and why. */
    unsupported(problem: string): string;
  }
  type CreateWords = (language: Language, digits: Digits) => Words;

  // ---- dom.js

  type Child = Node | string | null | undefined | false | Child[];
  type Attribute = string | number | boolean | null | ((event: any) => void);
  /** A function listens to the event of its name; `true` is an empty attribute, `false` and null none. */
  type MakeElement = <K extends keyof HTMLElementTagNameMap>(
    tag: K,
    attributes?: Record<string, Attribute> | null,
    ...children: Child[]
  ) => HTMLElementTagNameMap[K];
  /** Gives `parent` the children of `wanted`. */
  type Patch = (parent: Node, wanted: Node) => void;
  /** A button that is an icon; it is called as the string of its name says. */
  type MakeTool = (name: "fresh" | "close" | "copy" | "up" | "down" | "back", words: Words, click: () => void) => HTMLElement;
  /** Text that is not `seen` is said by a screen reader. */
  type MakeLink = (href: string | null, text: string, seen?: boolean) => HTMLElement | "" | null;

  // ---- prose.js

  interface Run {
    text: string;
    strong: boolean;
    em: boolean;
    code: boolean;
  }
  interface Block {
    kind: "p" | "pre" | "ul" | "ol" | "";
    start: string | null;
    lines: string[];
  }
  type BlocksOf = (text: string) => Block[];
  /** Text in its styles; a marker, or the edge of a marked sentence, is a run of its own. With `open`,
   * a mark whose end may be to come counts. */
  type RunsOf = (line: string, open: boolean) => Run[];

  interface Prose {
    text: string;
    citations: Citation[];
    sentences: Sentence[];
    language: string;
    /** Whether more is to come. */
    open: boolean;
  }
  /** A sentence that looks different; `run` is its direction where it is not the text's. */
  interface Marked {
    doubt: Doubt;
    run: Direction | null;
  }
  interface Doubt {
    text: string;
    problem: string | null;
  }
  /** `missing` are the unsupported sentences that are not in the text as they were checked. */
  type MakeProse = (
    prose: Prose,
    words: Words,
  ) => { nodes: HTMLElement[]; direction: Direction; missing: Doubt[] };
  /** Marks the sentences that look different, or tells that they cannot be found. */
  type MarkSentences = (
    text: string,
    sentences: Sentence[],
    direction: Direction,
  ) => { marked: string; found: Marked[]; missing: Doubt[] };
  /** The node that text goes into: the marked sentence's, if one is open. */
  type Enter = (parent: HTMLElement) => HTMLElement;
  type FillLine = <T extends HTMLElement>(parent: T, runs: Run[]) => T;
  type Styled = (run: Run, direction: Direction) => (Node | string)[];
  type MarkerNode = (citation: Citation, words: Words) => HTMLElement;
  type SourceName = (citation: Citation, words: Words) => string;
  /** The sign behind a sentence that is not supported, and the reason that it opens. */
  type DoubtNodes = (doubt: Doubt, words: Words) => HTMLElement[];

  // ---- answer.js, rating.js, evidence.js

  type ShowEvidence = (place: Place, label: string, opener: HTMLElement) => Promise<void>;
  /** What the view of a turn may ask of the whole. */
  interface Desk {
    words: Words;
    conversation: Conversation;
    /** Unless another answer is on its way. */
    retry(): unknown;
    showEvidence: ShowEvidence;
  }
  interface AnswerView {
    element: HTMLElement;
    grow(): void;
    settle(): void;
  }
  type CreateAnswer = (turn: Turn, desk: Desk) => AnswerView;
  type Hint = (key: string, ...more: Child[]) => HTMLElement;
  type Conclusion = (answer: Answer, missing: Doubt[]) => Node[];
  type SourceLists = (answer: Answer, desk: Desk) => (HTMLElement | false)[];
  type SourceRow = (place: Place, name: string, number: string, excerpt?: string) => HTMLElement;
  type Section = (heading: string, rows: Node[]) => HTMLElement | false;
  /** `note` is where the outcome is told. */
  type CopyButton = (answer: Answer, desk: Desk, note: HTMLElement) => HTMLElement;
  type PlainText = (answer: Answer, heading: string) => string;
  type CreateRating = (
    turn: Turn,
    desk: Desk,
    note: HTMLElement,
  ) => { thumbs: HTMLElement[]; form: HTMLElement };
  type Rate = (rating: Rating, comment: string) => Promise<void>;
  /** `toggled` is told whether the evidence is open. */
  type CreateEvidence = (
    api: Api,
    words: Words,
    toggled: (open: boolean) => void,
  ) => { element: HTMLElement; show: ShowEvidence; close(): void };
  type FillEvidence = (article: Article, place: Place) => void;
  /** One for each line. The second piece is marked, however many it spans. */
  type Paragraphs = (pieces: (string | undefined)[]) => HTMLElement[];

  // ---- composer.js, panel.js, element.js

  type CreateComposer = (
    words: Words,
    send: (question: string) => void,
    stop: () => void,
  ) => {
    element: HTMLElement;
    box: HTMLTextAreaElement;
    /** The text has been changed from outside. */
    show(): void;
    set(state: { busy?: boolean; offline?: boolean }): void;
  };
  interface Panel {
    element: HTMLElement;
    box: HTMLTextAreaElement;
    show(): void;
    /** More text has come; the next frame shows what there is by then. */
    grow(turn: Turn): void;
    settle(turn: Turn): void;
    /** The connection may have come or gone. */
    online(): void;
    toTheEnd(): void;
  }
  type CreatePanel = (
    options: Options,
    words: Words,
    conversation: Conversation,
    close: () => void,
  ) => Panel;
  type ViewOf = (turn: Turn) => AnswerView;
  type ReadOptions = (element: Element) => Options;
}
