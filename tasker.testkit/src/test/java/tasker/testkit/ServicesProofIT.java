package tasker.testkit;

import java.util.List;

/** Prove the contracts of the services that only a worker asks. */
class ServicesProofIT extends ContractProof {
    ServicesProofIT() {
        super(List.of(
                FakeService.Contract.class,
                FakeHealth.Contract.class,
                FakeMetrics.Contract.class,
                FakeValidator.Contract.class,
                FakeTracer.Contract.class,
                FakeDatabase.Contract.class,
                FakeSubscriber.Contract.class,
                FakeHandler.Contract.class));
    }
}
