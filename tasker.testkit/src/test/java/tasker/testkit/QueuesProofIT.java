package tasker.testkit;

import java.util.List;

/** Prove the contracts of queues of events and of steps. */
class QueuesProofIT extends ContractProof {
    QueuesProofIT() {
        super(List.of(FakeQueues.Contract.class, FakeSteps.Contract.class));
    }
}
