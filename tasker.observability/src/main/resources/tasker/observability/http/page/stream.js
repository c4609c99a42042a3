/** Follow server-sent events with fetch, as EventSource cannot send a token. */

import { Refused, TokenWanted, ask } from "./api.js";

const RETRY_MS = 1_000;
const BUSY_RETRY_MS = 5_000;

/**
 * Follow the events of a pattern until stop() is called, and come back to where the stream was when it breaks.
 *
 * @param on {event(type, data), open(), lost(reason), refused(reason), tokenWanted()}
 * @return a function that stops it
 */
export function follow(pattern, last, on) {
  const stopping = new AbortController();
  run(pattern, last, on, stopping.signal);
  return () => stopping.abort();
}

async function run(pattern, last, on, signal) {
  let lastId = "";
  while (!signal.aborted) {
    let pause = RETRY_MS;
    try {
      const query = new URLSearchParams({ pattern, last });
      const resume = lastId ? { "Last-Event-ID": lastId } : {};
      const response = await ask(`/events?${query}`, "text/event-stream", resume, signal);
      on.open();
      for await (const event of events(response.body)) {
        lastId = event.id || lastId;
        if (event.data) {
          on.event(event.type, JSON.parse(event.data));
        }
      }
      on.lost("the worker has ended the stream");
    } catch (problem) {
      if (signal.aborted) {
        return;
      }
      if (problem instanceof TokenWanted) {
        on.tokenWanted();
        return;
      }
      if (problem instanceof Refused && problem.status !== 503) {
        on.refused(problem.message);
        return;
      }
      on.lost(problem.message);
      pause = problem instanceof Refused ? BUSY_RETRY_MS : RETRY_MS;
    }
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}

/** The events in a stream of bytes: {id, type, data}; those with an id alone tell where the stream stands. */
async function* events(body) {
  let rest = "";
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) {
      return;
    }
    const blocks = (rest + value).split("\n\n");
    rest = blocks.pop();
    yield* blocks.map(parse);
  }
}

function parse(block) {
  const event = { id: "", type: "message", data: "" };
  for (const line of block.split("\n")) {
    const colon = line.indexOf(": ");
    const field = line.slice(0, colon);
    const value = line.slice(colon + 2);
    if (field === "id") {
      event.id = value;
    } else if (field === "event") {
      event.type = value;
    } else if (field === "data") {
      event.data += value;
    }
  }
  return event;
}
