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

/** One publishes two while another subscribes: it sees all from some moment on, and nothing counts as missed. */
@JCStressTest
@Outcome(id = "1, 2, 0", expect = Expect.ACCEPTABLE, desc = "Subscribed before both.")
@Outcome(id = "2, 0, 0", expect = Expect.ACCEPTABLE, desc = "Subscribed between them.")
@Outcome(id = "0, 0, 0", expect = Expect.ACCEPTABLE, desc = "Subscribed after both.")
@State
public class SubscribeStress {
    private final BroadcastChannel<Plain> channel = new BroadcastChannel<>(2);
    private BroadcastReceiver<Plain> receiver = channel.subscribe();

    /** Publish. */
    @Actor
    public void publisher() {
        Plain.publish(channel, 1, 2);
    }

    /** Subscribe. */
    @Actor
    public void subscriber() {
        receiver.close();
        receiver = channel.subscribe();
    }

    /** Read. */
    @Arbiter
    public void reader(III_Result seen) {
        seen.r1 = Plain.poll(receiver);
        seen.r2 = Plain.poll(receiver);
        seen.r3 = (int) channel.dropped();
    }
}
