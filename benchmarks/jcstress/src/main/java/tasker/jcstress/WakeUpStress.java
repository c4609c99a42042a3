package tasker.jcstress;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import tasker.events.inprocess.BroadcastChannel;
import tasker.events.inprocess.BroadcastReceiver;

/** Two wait for each other's answer: both are woken, however a publish falls into the other's going to sleep. */
@JCStressTest
@Outcome(id = "2, 1", expect = Expect.ACCEPTABLE, desc = "Both have it, and neither slept through.")
@State
public class WakeUpStress {
    private final BroadcastChannel<Plain> questions = new BroadcastChannel<>(2);
    private final BroadcastChannel<Plain> answers = new BroadcastChannel<>(2);
    private final BroadcastReceiver<Plain> asked = questions.subscribe();
    private final BroadcastReceiver<Plain> answered = answers.subscribe();

    /** Ask, and wait for the answer. */
    @Actor
    public void asking(II_Result seen) {
        questions.publish(new Plain(1));
        seen.r1 = Plain.take(answered);
    }

    /** Wait for the question, and answer. */
    @Actor
    public void answering(II_Result seen) {
        seen.r2 = Plain.take(asked);
        answers.publish(new Plain(2));
    }
}
