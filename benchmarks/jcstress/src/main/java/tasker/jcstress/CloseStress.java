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

/** One publishes, one closes: what was taken is read, and nothing else is. */
@JCStressTest
@Outcome(id = "1, 1, 1", expect = Expect.ACCEPTABLE, desc = "Published before the close.")
@Outcome(id = "0, 0, 0", expect = Expect.ACCEPTABLE, desc = "Refused after the close.")
@State
public class CloseStress {
    private final BroadcastChannel<Plain> channel = new BroadcastChannel<>(2);
    private final BroadcastReceiver<Plain> receiver = channel.subscribe();

    /** Publish, and note whether it was taken. */
    @Actor
    public void publisher(III_Result seen) {
        seen.r1 = channel.publish(new Plain(1)) ? 1 : 0;
    }

    /** Close. */
    @Actor
    public void closer() {
        channel.close();
    }

    /** Look at the number of what was published, and at what is read. */
    @Arbiter
    public void rest(III_Result seen) {
        seen.r2 = (int) channel.published();
        seen.r3 = Plain.take(receiver);
    }
}
