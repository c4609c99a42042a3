package tasker.bootstrap.demo;

import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import tasker.bootstrap.console.Console;
import tasker.bootstrap.console.Formats;

/** Say in one line how far the orders are; for use by one thread. */
final class Progress implements Supplier<String> {
    private final Console console;
    private final Ledger ledger;
    private final FastSide fast;
    private final long lines;
    private final ProcessAge age;
    private final long begin = System.nanoTime();
    private boolean saidFirst;

    Progress(Console console, Ledger ledger, FastSide fast, long lines, ProcessAge age) {
        this.console = console;
        this.ledger = ledger;
        this.fast = fast;
        this.lines = lines;
        this.age = age;
    }

    @Override
    public String get() {
        sayFirst();
        Ledger.Tally tally = ledger.tally();
        long done = tally.ended() + tally.refused();
        long percent = lines == 0 ? 100 : done * 100 / lines;
        double seconds = (System.nanoTime() - begin) / (double) TimeUnit.SECONDS.toNanos(1);
        long rate = seconds < 0.1 ? 0 : Math.round(done / seconds);
        return "  " + Formats.count(done) + "/" + Formats.count(lines) + " orders (" + percent + " %), "
                + Formats.count(tally.failed() + tally.refused()) + " failed, "
                + Formats.count(fast.received() + fast.missed()) + " events, " + Formats.count(rate) + "/s";
    }

    /** Say, once, when the first step was done. */
    void sayFirst() {
        if (!saidFirst) {
            ledger.firstEndNanos().ifPresent(moment -> {
                saidFirst = true;
                console.note("first step done " + age.at(moment) + " after the start");
            });
        }
    }
}
