package tasker.plugins.jsonschema;

import tasker.events.api.spi.PayloadValidator;
import tasker.testkit.PayloadValidatorContract;

/** Test that the validator keeps every promise of its service. */
class JsonSchemaContractTests extends PayloadValidatorContract {
    @Override
    protected PayloadValidator create() {
        return new JsonSchemaValidator();
    }
}
