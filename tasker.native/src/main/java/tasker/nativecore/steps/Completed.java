package tasker.nativecore.steps;

import tasker.events.api.StepOutcome;

/**
 * Hold a step that has ended and its outcome, on their way to the sink.
 *
 * @param run the step
 * @param outcome how it ended
 */
record Completed(StepRun run, StepOutcome outcome) {}
