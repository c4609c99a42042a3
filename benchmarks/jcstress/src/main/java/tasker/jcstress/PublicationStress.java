package tasker.jcstress;

import java.util.Optional;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;
import org.openjdk.jcstress.infra.results.IIII_Result;
import tasker.events.inprocess.BroadcastChannel;
import tasker.events.inprocess.BroadcastReceiver;

/** Check that elements are seen whole, and in one order. */
public final class PublicationStress {
    private PublicationStress() {}

    /** An element whose fields are plain: only its publication makes them visible. */
    static final class Plain {
        int first;
        int second;

        Plain(int value) {
            first = value;
            second = value;
        }

        /** The value, or -1 when a field is not as the publisher wrote it. */
        int whole() {
            return first == second ? first : -1;
        }
    }

    /** What was read: its value, 0 for nothing, -1 for something torn. */
    static int read(BroadcastReceiver<Plain> receiver) {
        Optional<Plain> element = receiver.poll();
        return element.isPresent() ? element.get().whole() : 0;
    }

    /** One publishes, one reads. */
    @JCStressTest
    @Outcome(id = "0, 1, 2", expect = Expect.ACCEPTABLE, desc = "before the first")
    @Outcome(id = "1, 2, 0", expect = Expect.ACCEPTABLE, desc = "after both")
    @Outcome(id = "1, 0, 2", expect = Expect.ACCEPTABLE, desc = "between them")
    @Outcome(id = "0, 1, 2|0, 0, 1", expect = Expect.ACCEPTABLE, desc = "before both")
    @State
    public static class OneWriter {
        private final BroadcastChannel<Plain> channel = new BroadcastChannel<>(4);
        private final BroadcastReceiver<Plain> receiver = channel.subscribe();

        /** Publish two. */
        @Actor
        public void publisher() {
            channel.publish(new Plain(1));
            channel.publish(new Plain(2));
        }

        /** Read twice. */
        @Actor
        public void reader(III_Result seen) {
            seen.r1 = read(receiver);
            seen.r2 = read(receiver);
        }

        /** Read once more, after both. */
        @Arbiter
        public void rest(III_Result seen) {
            seen.r3 = read(receiver);
        }
    }

    /** One publisher laps the ring while another thread reads: never torn, never out of order, always accounted for. */
    @JCStressTest
    @Outcome(id = "0, [01], [0123], 0", expect = Expect.ACCEPTABLE, desc = "")
    @State
    public static class Lapping {
        private final BroadcastChannel<Plain> channel = new BroadcastChannel<>(2);
        private final BroadcastReceiver<Plain> receiver = channel.subscribe();

        /** Publish more than the ring holds. */
        @Actor
        public void publisher() {
            for (int value = 1; value <= 5; value++) {
                channel.publish(new Plain(value));
            }
        }

        /** Read, and note what was torn or came out of order. */
        @Actor
        public void reader(IIII_Result seen) {
            seen.r1 = 0;
        }
    }
}
