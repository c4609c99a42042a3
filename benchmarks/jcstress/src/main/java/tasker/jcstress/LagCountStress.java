package tasker.jcstress;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.IZZ_Result;
import tasker.events.inprocess.BroadcastChannel;

/** A publisher laps a reader: all are read, whole and in order, or counted as missed, once each. */
@JCStressTest
@Outcome(id = "7, true, true", expect = Expect.ACCEPTABLE, desc = "All are accounted for.")
@State
public class LagCountStress {
    private final BroadcastChannel<Plain> channel = new BroadcastChannel<>(2);
    private final Reading reading = new Reading(channel.subscribe());

    /** Publish more than three rings. */
    @Actor
    public void publisher() {
        Plain.publish(channel, 1, 7);
    }

    /** Read meanwhile. */
    @Actor
    public void reader() {
        reading.next();
        reading.next();
        reading.next();
    }

    /** Read the rest, and add up. */
    @Arbiter
    public void sum(IZZ_Result seen) {
        reading.drain();
        seen.r1 = reading.accounted();
        seen.r2 = reading.inOrder();
        seen.r3 = channel.published() == reading.accounted();
    }
}
