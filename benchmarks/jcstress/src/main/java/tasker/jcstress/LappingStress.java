package tasker.jcstress;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.IIZ_Result;
import tasker.events.inprocess.BroadcastChannel;
import tasker.events.inprocess.BroadcastReceiver;

/** Two publishers lap each other and a reader that leaves while they do: its loss is counted once, and then frozen. */
@JCStressTest
@Outcome(id = "8, 0, true", expect = Expect.ACCEPTABLE, desc = "All are accounted for.")
@State
public class LappingStress {
    private final BroadcastChannel<Plain> channel = new BroadcastChannel<>(2);
    private final Reading staying = new Reading(channel.subscribe());
    private final BroadcastReceiver<Plain> leaving = channel.subscribe();

    /** Publish two rings. */
    @Actor
    public void publisher() {
        Plain.publish(channel, 11, 14);
    }

    /** Publish as many, read in between, and leave with one of two receivers. */
    @Actor
    public void other() {
        Plain.publish(channel, 21, 22);
        staying.next();
        Plain.poll(leaving);
        leaving.close();
        Plain.publish(channel, 23, 24);
        staying.next();
    }

    /** Read the rest, and add up: the sum of the channel is that of its receivers. */
    @Arbiter
    public void sum(IIZ_Result seen) {
        staying.drain();
        seen.r1 = staying.accounted();
        seen.r2 = (int) (channel.dropped() - staying.missed() - leaving.missed());
        seen.r3 = staying.inOrder();
    }
}
