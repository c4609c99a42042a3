package tasker.jcstress;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import tasker.events.inprocess.BroadcastChannel;
import tasker.events.inprocess.BroadcastReceiver;

/** One publishes and closes, one waits twice: for the element first, and then for the end, which wakes it too. */
@JCStressTest
@Outcome(id = "1, 0", expect = Expect.ACCEPTABLE, desc = "Closed after the rest was read.")
@State
public class CloseWakesStress {
    private final BroadcastChannel<Plain> channel = new BroadcastChannel<>(2);
    private final BroadcastReceiver<Plain> receiver = channel.subscribe();

    /** Publish the last one. */
    @Actor
    public void publisher() {
        channel.publish(new Plain(1));
        channel.close();
    }

    /** Wait. */
    @Actor
    public void reader(II_Result seen) {
        seen.r1 = Plain.take(receiver);
        seen.r2 = Plain.take(receiver);
    }
}
