package tasker.nativecore.metrics;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.JJZ_Result;
import tasker.events.api.spi.Distribution;

/** Whoever reads lets go of owners that have ended, while threads come and go: nothing is lost, or seen too early. */
@JCStressTest
@Outcome(id = "200, 10100, true", expect = Expect.ACCEPTABLE, desc = "All is counted and added.")
@State
public class SlotForgottenStress {
    private final SlotSharers threads = new SlotSharers();
    private boolean plausible;

    /** Let one record after the other, or both at a time. */
    @Actor
    public void recorders() {
        threads.first.start();
        threads.second.start();
    }

    /** Read meanwhile: a value that is counted is in the sum, too. */
    @Actor
    public void reader() {
        Distribution before = threads.histogram.sinceStart();
        Distribution after = threads.histogram.sinceStart();
        plausible = before.count() <= after.count()
                && after.count() <= 2L * SlotSharers.RECORDED
                && after.sumNanos() >= after.count();
    }

    /** Add up. */
    @Arbiter
    public void sum(JJZ_Result seen) {
        threads.join();
        Distribution all = threads.histogram.sinceStart();
        seen.r1 = all.count();
        seen.r2 = all.sumNanos();
        seen.r3 = plausible;
    }
}
