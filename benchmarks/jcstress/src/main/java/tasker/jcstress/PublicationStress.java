package tasker.jcstress;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;
import tasker.events.inprocess.BroadcastChannel;
import tasker.events.inprocess.BroadcastReceiver;

/** One publishes two, another reads: whole, and in order. */
@JCStressTest
@Outcome(id = "0, 0, 3", expect = Expect.ACCEPTABLE, desc = "Both reads came before both.")
@Outcome(
        id = {"0, 1, 2", "1, 0, 2"},
        expect = Expect.ACCEPTABLE,
        desc = "One read came between them.")
@Outcome(id = "1, 2, 0", expect = Expect.ACCEPTABLE, desc = "Both reads found one.")
@State
public class PublicationStress {
    private final BroadcastChannel<Plain> channel = new BroadcastChannel<>(4);
    private final BroadcastReceiver<Plain> receiver = channel.subscribe();

    /** Publish. */
    @Actor
    public void publisher() {
        Plain.publish(channel, 1, 2);
    }

    /** Read. */
    @Actor
    public void reader(III_Result seen) {
        seen.r1 = Plain.poll(receiver);
        seen.r2 = Plain.poll(receiver);
    }

    /** Add up the rest. */
    @Arbiter
    public void rest(III_Result seen) {
        seen.r3 = Plain.poll(receiver) + Plain.poll(receiver);
    }
}
