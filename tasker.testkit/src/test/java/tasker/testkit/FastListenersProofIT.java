package tasker.testkit;

import java.util.List;

/** Prove the contracts of listeners of the fast path. */
class FastListenersProofIT extends ContractProof {
    FastListenersProofIT() {
        super(List.of(FakeListeners.Contract.class));
    }
}
