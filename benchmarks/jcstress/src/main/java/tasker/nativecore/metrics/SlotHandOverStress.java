package tasker.nativecore.metrics;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.JJ_Result;
import tasker.events.api.spi.Distribution;

/** A thread ends while another one, which takes its slot over at whatever moment, records: nothing is lost. */
@JCStressTest
@Outcome(id = "200, 10100", expect = Expect.ACCEPTABLE, desc = "All is counted and added.")
@State
public class SlotHandOverStress {
    private final SlotSharers threads = new SlotSharers();

    /** Let one record. */
    @Actor
    public void one() {
        threads.first.start();
    }

    /** Let the other one record. */
    @Actor
    public void other() {
        threads.second.start();
    }

    /** Add up. */
    @Arbiter
    public void sum(JJ_Result seen) {
        threads.join();
        Distribution all = threads.histogram.sinceStart();
        seen.r1 = all.count();
        seen.r2 = all.sumNanos();
    }
}
