/** Keep what was measured in the last minutes, and turn the worker's counters into rates. */

export const KEPT_SECONDS = 300;

/** A few more than one a second, so that the oldest shown is never the oldest kept. */
const MOST = 600;

export class History {
  constructor() {
    this.points = [];
    this.last = null;
  }

  /**
   * Take an overview in. A rate is the difference of two counts over the worker's own clock, so it is exact however
   * late an answer comes; there is none for the first overview of a worker's life.
   */
  add(at, overview) {
    const before = this.last;
    this.last = overview;
    const metrics = overview.metrics;
    const restarted = before !== null && overview.run_id !== before.run_id;
    if (restarted) {
      this.break(at);
    }
    const seconds = before && !restarted ? metrics.uptime_seconds - before.metrics.uptime_seconds : 0;
    const rate = (name) => (seconds > 0 ? (metrics[name] - before.metrics[name]) / seconds : null);
    const { execution, channels } = overview;
    this.points.push({
      at,
      succeeded: rate("steps_succeeded"),
      failed: rate("steps_failed"),
      p50: execution.p50_ms,
      p95: execution.p95_ms,
      p99: execution.p99_ms,
      running: metrics.steps_in_progress,
      waiting: metrics.dispatch_channel_pending,
      queues: Object.fromEntries(Object.entries(overview.queues).map(([name, queue]) => [name, queue.length])),
      dispatch: channels.dispatch?.saturation_ratio ?? null,
      completion: channels.completion?.saturation_ratio ?? null,
      published: rate("domain_events_published"),
      dropped: rate("domain_events_dropped"),
    });
    this.points.splice(0, Math.max(0, this.points.length - MOST));
    return restarted;
  }

  /** Nothing is known here: lines end, and begin anew. */
  break(at) {
    if (this.points.length > 0 && !this.points.at(-1).gap) {
      this.points.push({ at, gap: true, queues: {} });
    }
  }

  /** How many seconds to show: at least one minute, at most what is kept. */
  span(now) {
    const age = this.points.length > 0 ? (now - this.points[0].at) / 1000 : 0;
    return [60, 120, KEPT_SECONDS].find((seconds) => age <= seconds) ?? KEPT_SECONDS;
  }

  /** The names of all queues that were measured. */
  queueNames() {
    return [...new Set(this.points.flatMap((point) => Object.keys(point.queues)))].sort();
  }
}
