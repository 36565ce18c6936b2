// A conversation: its turns, asking one question at a time, keeping the turns for the tab's session.

import { clean, withoutMarkers } from "./text.js";
import { Failure, count, flag, listOf, maybe, oneOf, readAnswer, readCitation, shape, text } from "./api.js";

const MOST_TURNS = 20;
const MOST_HISTORY = 10;
const LONGEST_SAID = 4000;

const read = shape({
  version: oneOf("1"),
  turns: listOf(
    shape({
      question: text,
      state: oneOf("asking", "done", "stopped", "failed"),
      found: flag,
      text,
      citations: listOf(readCitation),
      answer: maybe(readAnswer),
      replaced: flag,
      trouble: maybe(shape({ kind: text, code: text, until: count })),
      rating: maybe(oneOf("up", "down")),
    }),
  ),
});

/** @type {T.NewTurn} */
const newTurn = (question) => ({
  question,
  state: "asking",
  found: false,
  text: "",
  citations: [],
  answer: null,
  replaced: false,
  trouble: null,
  rating: null,
});

/** @type {T.CreateConversation} */
export function createConversation(api, name, told) {
  const key = `dalil:${api.endpoint}:${name}`;
  let turns = stored(key);
  /** @type {AbortController | null} */
  let running = null;

  function save() {
    try {
      sessionStorage.setItem(key, JSON.stringify({ version: "1", turns }));
    } catch {
      // No storage is allowed or left: the conversation lasts as long as the page.
    }
  }

  /** @type {T.RunTurn} */
  async function run(turn, filters) {
    running = new AbortController();
    const { signal } = running;
    told.settled(turn);
    const history = turns.slice(0, turns.indexOf(turn)).flatMap(said).slice(-MOST_HISTORY);
    const limits = Object.keys(filters).length ? { filters } : {};
    try {
      for await (const event of api.ask({ question: turn.question, stream: true, history, ...limits }, signal)) {
        take(turn, event);
        if (!turn.answer) told.grown(turn);
      }
    } catch (error) {
      turn.state = signal.aborted ? "stopped" : "failed";
      turn.trouble = signal.aborted ? null : troubleOf(error);
    }
    running = null;
    save();
    told.settled(turn);
  }

  return {
    api,
    save,
    get turns() {
      return turns;
    },
    get busy() {
      return running !== null;
    },
    ask(question, filters) {
      const turn = newTurn(clean(question).trim());
      turns = [...turns, turn].slice(-MOST_TURNS);
      save();
      return run(turn, filters);
    },
    retry: (turn, filters) => run(Object.assign(turn, newTurn(turn.question)), filters),
    stop: () => running?.abort(),
    clear() {
      running?.abort();
      turns = [];
      save();
    },
  };
}

/** @type {T.TakeEvent} */
function take(turn, event) {
  if (event.name === "passages") turn.found = true;
  if (event.name === "delta") turn.text += event.text;
  if (event.name === "citation") turn.citations = [...turn.citations, event.citation];
  if (event.name !== "done") return;
  const { answer } = event;
  const replaced = turn.text !== "" && turn.text !== answer.answer;
  Object.assign(turn, { answer, replaced, state: "done", text: "", citations: [] });
}

/** @type {T.TroubleOf} */
export function troubleOf(error) {
  // What nobody expected is for the developer, too.
  if (!(error instanceof Failure)) console.error(error);
  const { kind, code, seconds } = error instanceof Failure ? error : new Failure("server");
  return { kind, code, until: seconds && Date.now() + seconds * 1000 };
}

/** @type {T.SaidIn} */
function said({ question, answer, text: shown }) {
  const content = withoutMarkers(clean(answer?.answer ?? shown)).slice(0, LONGEST_SAID);
  return content ? [{ role: "user", content: question }, { role: "assistant", content }] : [];
}

/** @type {T.Stored} */
function stored(key) {
  try {
    const found = read(JSON.parse(sessionStorage.getItem(key) ?? "null"));
    return found.turns.map((turn) => {
      if (turn.state !== "asking" && (turn.state === "done") === Boolean(turn.answer)) return turn;
      // The page was left while the answer was on its way.
      return { ...turn, answer: null, state: "failed", trouble: { kind: "interrupted", code: "", until: 0 } };
    });
  } catch {
    // Nothing is there that may be read, or not what was written: a new conversation.
    return [];
  }
}
