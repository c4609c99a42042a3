package tasker.jcstress;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import tasker.events.inprocess.BroadcastChannel;
import tasker.events.inprocess.BroadcastReceiver;

/** Two publish one each: a receiver that reads meanwhile and one that reads afterwards see them in one order. */
@JCStressTest
@Outcome(
        id = {"12, 12", "21, 21"},
        expect = Expect.ACCEPTABLE,
        desc = "Either order, the same for both.")
@State
public class OneOrderStress {
    private final BroadcastChannel<Plain> channel = new BroadcastChannel<>(2);
    private final BroadcastReceiver<Plain> early = channel.subscribe();
    private final BroadcastReceiver<Plain> late = channel.subscribe();

    /** Publish 1. */
    @Actor
    public void publisher() {
        channel.publish(new Plain(1));
    }

    /** Publish 2, and read what is there. */
    @Actor
    public void other(II_Result seen) {
        channel.publish(new Plain(2));
        seen.r1 = append(0, Plain.poll(early));
        seen.r1 = append(seen.r1, Plain.poll(early));
    }

    /** Read the rest. */
    @Arbiter
    public void rest(II_Result seen) {
        seen.r1 = append(append(seen.r1, Plain.poll(early)), Plain.poll(early));
        seen.r2 = append(append(0, Plain.poll(late)), Plain.poll(late));
    }

    private static int append(int digits, int value) {
        return value == 0 ? digits : 10 * digits + value;
    }
}
