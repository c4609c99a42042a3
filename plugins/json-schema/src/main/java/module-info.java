/**
 * Check the payloads of declared events by JSON Schema.
 *
 * @provides tasker.events.api.spi.PayloadValidator checks payloads against schemas of draft 4 to 2020-12
 */
@org.jspecify.annotations.NullMarked
module tasker.plugins.jsonschema {
    requires com.networknt.schema;
    requires static org.jspecify;
    requires tasker.events.api;
    requires tools.jackson.databind;

    provides tasker.events.api.spi.PayloadValidator with
            tasker.plugins.jsonschema.JsonSchemaValidator;
}
