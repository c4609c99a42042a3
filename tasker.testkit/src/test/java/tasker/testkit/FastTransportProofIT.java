package tasker.testkit;

import java.util.List;

/** Prove the contracts of the transport of the fast path and its pollers. */
class FastTransportProofIT extends ContractProof {
    FastTransportProofIT() {
        super(List.of(FakeFast.Contract.class, FakePoller.Contract.class));
    }
}
