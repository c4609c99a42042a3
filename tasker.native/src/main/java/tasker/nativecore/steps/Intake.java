package tasker.nativecore.steps;

import tasker.nativecore.metrics.StripedCounter;

/** Count what becomes of steps that are submitted; safe for use by many threads. */
final class Intake {
    final StripedCounter submitted = new StripedCounter();
    final StripedCounter full = new StripedCounter();
    final StripedCounter unknown = new StripedCounter();
    final StripedCounter closed = new StripedCounter();
    final StripedCounter interrupted = new StripedCounter();

    IntakeFigures figures() {
        return new IntakeFigures(submitted.value(), full.value(), unknown.value(), closed.value(), interrupted.value());
    }
}
