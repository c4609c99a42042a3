/** The charts of the page. */

import { Chart } from "./chart.js";
import { briefMillis, compact, count, duration, millis, number, percent } from "./format.js";

const QUEUE_COLOURS = ["blue", "red", "violet", "amber"];

/** Make the charts, and put them into an element. */
export function makeCharts(parent) {
  const charts = [
    new Chart({
      id: "steps", title: "Steps per second", format: number, axis: compact,
      series: () => [
        { name: "succeeded", colour: "blue", value: (point) => point.succeeded, area: true },
        { name: "failed", colour: "red", value: (point) => point.failed },
      ],
    }),
    new Chart({
      id: "times", title: "Time of a step", format: millis, axis: briefMillis, least: 0.1,
      series: () => ["p50", "p95", "p99"].map((name, i) =>
        ({ name, colour: ["teal", "amber", "violet"][i], value: (point) => point[name] })),
    }),
    new Chart({
      id: "running", title: "Handlers at work", format: count, axis: compact, least: 4,
      series: () => [
        { name: "running", colour: "blue", value: (point) => point.running, area: true },
        { name: "steps waiting", colour: "amber", value: (point) => point.waiting },
      ],
    }),
    new Chart({
      id: "depth", title: "Queue depth", format: count, axis: compact, least: 10,
      series: (history) => history.queueNames().map((name, i) => ({
        name: withoutNamespace(name, history.last?.namespace),
        colour: QUEUE_COLOURS[i % QUEUE_COLOURS.length],
        value: (point) => point.queues[name],
      })),
    }),
    new Chart({
      id: "saturation", title: "Channel saturation", format: percent, most: 1,
      series: () => [
        { name: "dispatch", colour: "blue", value: (point) => point.dispatch, area: true },
        { name: "completion", colour: "teal", value: (point) => point.completion },
      ],
    }),
    new Chart({
      id: "published", title: "Events per second", format: number, axis: compact,
      series: () => [
        { name: "published", colour: "blue", value: (point) => point.published, area: true },
        { name: "dropped", colour: "red", value: (point) => point.dropped },
      ],
    }),
  ];
  parent.replaceChildren(...charts.map((chart) => chart.element));
  return charts;
}

/** What stands at the top of the page need not stand before each queue. */
function withoutNamespace(queue, namespace) {
  return queue.startsWith(`${namespace}_`) ? queue.slice(namespace.length + 1) : queue;
}

/** Say over how long the percentiles look back, and how many may run. */
export function annotate(charts, overview) {
  const { window_ms: window, count: measured } = overview.execution;
  const over = window ? ` of the last ${duration(window / 1000)}` : "";
  const notes = {
    times: `${count(measured)} attempts${over}`,
    running: `at most ${count(overview.max_concurrent_handlers)} at once`,
    depth: Object.keys(overview.queues).length === 0 ? "" : "messages, as last measured by the transport",
  };
  for (const chart of charts) {
    const note = notes[chart.options.id];
    if (note !== undefined && chart.note.textContent !== note) {
      chart.note.textContent = note;
    }
  }
}
