package tasker.testkit;

import java.util.List;

/** Prove the contracts of flows of the fast path. */
class FastFlowsProofIT extends ContractProof {
    FastFlowsProofIT() {
        super(List.of(FakeFlows.Contract.class));
    }
}
