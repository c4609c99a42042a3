package tasker.testkit;

import java.util.List;

/** Prove the contracts of publishing and consuming durable events. */
class DurablePathProofIT extends ContractProof {
    DurablePathProofIT() {
        super(List.of(FakeDurable.Contract.class, FakeConsumer.Contract.class));
    }
}
